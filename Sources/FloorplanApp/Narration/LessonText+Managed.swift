extension LessonText {
  static let managed = LessonText(title: "managed", question: "", steps: [:], ending: "")
}
