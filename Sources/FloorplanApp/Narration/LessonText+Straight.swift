extension LessonText {
  static let straight = LessonText(title: "straight", question: "", steps: [:], ending: "")
}
