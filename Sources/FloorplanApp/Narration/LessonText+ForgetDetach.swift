extension LessonText {
  static let forgetDetach = LessonText(title: "forgetDetach", question: "", steps: [:], ending: "")
}
