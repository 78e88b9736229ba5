extension LessonText {
  static let queryAgain = LessonText(title: "queryAgain", question: "", steps: [:], ending: "")
}
