extension LessonText {
  static let fetched = LessonText(title: "fetched", question: "", steps: [:], ending: "")
}
