extension LessonText {
  static let noPump = LessonText(title: "noPump", question: "", steps: [:], ending: "")
}
