extension LessonText {
  static let rightWay = LessonText(title: "rightWay", question: "", steps: [:], ending: "")
}
