extension LessonText {
  static let noTicket = LessonText(title: "noTicket", question: "", steps: [:], ending: "")
}
