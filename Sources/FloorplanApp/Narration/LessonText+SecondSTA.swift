extension LessonText {
  static let secondSTA = LessonText(title: "secondSTA", question: "", steps: [:], ending: "")
}
