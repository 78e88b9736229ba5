import Scenarios
import Testing
import ThreadKernel
import Trace

/// Questions and their answers, which come from the World.
@Suite struct QuestionTests {
  /// The number of the right choice of each question, as LESSONS.md has it, and with a knob changed.
  private static let answers: [String: [String: Int]] = [
    "straight pointer=direct check=component": ["straight.who-runs": 2],
    "straight pointer=direct check=nobody": ["straight.who-runs": 2],
    "straight pointer=proxy check=component": ["straight.who-runs-proxy": 4],
    "straight pointer=proxy check=nobody": ["straight.who-runs-proxy": 4],
    "fetched pointer=direct": ["fetched.which-fails": 2],
    "fetched pointer=marshalled": ["fetched.which-fails": 3],
    "right-way detach=done": ["right-way.who-runs": 1, "right-way.what-holds": 2],
    "right-way detach=forgotten": ["right-way.who-runs": 1, "right-way.what-holds": 2],
    "query-again": ["query-again.how-many": 1],
    "no-ticket tear=cut": ["no-ticket.who-refuses": 2],
    "no-ticket tear=scratched": ["no-ticket.who-refuses": 2],
    "forget-detach detach=forgotten": [
      "forget-detach.count": 2, "forget-detach.still-to-come": 1,
    ],
    "forget-detach detach=done": ["forget-detach.count": 2, "forget-detach.still-to-come": 2],
    "second-sta workers=sta": ["second-sta.who-runs": 4],
    "second-sta workers=mta": ["second-sta.who-runs": 1],
    "no-pump wait=raw build=long": ["no-pump.when": 2, "no-pump.who-goes-on": 3],
    "no-pump wait=raw build=short": ["no-pump.when": 2, "no-pump.who-goes-on": 3],
    "no-pump wait=pumping build=long": ["no-pump.when": 2, "no-pump.who-goes-on": 1],
    "no-pump wait=pumping build=short": ["no-pump.when": 2, "no-pump.who-goes-on": 1],
    "no-pump wait=none build=long": ["no-pump.when": 2],
    "no-pump wait=none build=short": ["no-pump.when": 2],
    "same-room client=sta": ["same-room.how-many": 1],
    "same-room client=mta": ["same-room.how-many": 1],
    "main-for-all main=loop": ["main-for-all.who-enters": 1],
    "main-for-all main=busy": ["main-for-all.who-enters": 1],
    "host-mta": ["host-mta.what-gets": 2],
    "who-decides goes-wrong=nothing model=Apartment": ["who-decides.changes": 2],
    "who-decides goes-wrong=nothing model=Free": ["who-decides.changes": 2],
    "who-decides goes-wrong=nothing model=Both": ["who-decides.changes": 2],
    "who-decides goes-wrong=nothing model=absent": ["who-decides.changes": 2],
    "who-decides goes-wrong=no-class model=Apartment": [:],
    "who-decides goes-wrong=no-class model=Free": [:],
    "who-decides goes-wrong=no-class model=Both": [:],
    "who-decides goes-wrong=no-class model=absent": [:],
    "who-decides goes-wrong=no-export model=Apartment": [:],
    "who-decides goes-wrong=no-export model=Free": [:],
    "who-decides goes-wrong=no-export model=Both": [:],
    "who-decides goes-wrong=no-export model=absent": [:],
    "who-decides goes-wrong=factory-fails model=Apartment": [:],
    "who-decides goes-wrong=factory-fails model=Free": [:],
    "who-decides goes-wrong=factory-fails model=Both": [:],
    "who-decides goes-wrong=factory-fails model=absent": [:],
    "who-decides goes-wrong=wrong-interface model=Apartment": [:],
    "who-decides goes-wrong=wrong-interface model=Free": [:],
    "who-decides goes-wrong=wrong-interface model=Both": [:],
    "who-decides goes-wrong=wrong-interface model=absent": [:],
    "who-decides goes-wrong=aggregation model=Apartment": [:],
    "who-decides goes-wrong=aggregation model=Free": [:],
    "who-decides goes-wrong=aggregation model=Both": [:],
    "who-decides goes-wrong=aggregation model=absent": [:],
    "host-sta model=Apartment main=there": [
      "host-sta.who-constructs": 4, "host-sta.who-serves": 4,
    ],
    "host-sta model=Apartment main=none": [
      "host-sta.who-constructs-with-no-main": 3, "host-sta.who-serves": 3,
    ],
    "host-sta model=Both main=there": ["host-sta.who-constructs": 2],
    "host-sta model=Both main=none": ["host-sta.who-constructs-with-no-main": 1],
    "host-sta model=Free main=there": ["host-sta.who-constructs": 2],
    "host-sta model=Free main=none": ["host-sta.who-constructs-with-no-main": 1],
    "host-sta model=absent main=there": ["host-sta.who-constructs": 1],
    "host-sta model=absent main=none": [
      "host-sta.who-constructs-with-no-main": 3, "host-sta.who-serves": 3,
    ],
    "matrix main=there": [
      "matrix.main-both-path": 1, "matrix.desk-absent-path": 2, "matrix.web-apartment-path": 2,
      "matrix.main-free-path": 2,
    ],
    "matrix main=none": [
      "matrix.web-absent-path": 2, "matrix.web-apartment-too-path": 2, "matrix.guest-free-path": 1,
    ],
    "no-road road=none": ["no-road.at-home": 1, "no-road.outside": 2],
    "no-road road=registered": ["no-road.at-home": 1, "no-road.outside": 1],
    "price": ["price.hand-offs": 3],
    "re-entrancy stranger=comes guard=none": ["re-entrancy.when": 1],
    "re-entrancy stranger=comes guard=flag": ["re-entrancy.when": 1],
    "re-entrancy stranger=comes guard=first": ["re-entrancy.when": 1],
    "re-entrancy stranger=away guard=none": ["re-entrancy.who-answers": 1],
    "re-entrancy stranger=away guard=flag": ["re-entrancy.who-answers": 1],
    "re-entrancy stranger=away guard=first": ["re-entrancy.who-answers": 1],
    "factory-race factory=shared": ["factory-race.count": 1],
    "factory-race factory=interlocked": ["factory-race.count": 2],
    "factory-race factory=own": ["factory-race.count-own": 1],
    "unload canUnload=counts delay=none": ["unload.who": 1],
    "unload canUnload=counts delay=usual": ["unload.who": 1],
    "unload canUnload=yes delay=none": ["unload.who": 1],
    "unload canUnload=yes delay=usual": ["unload.who": 1],
    "both sync=locked": ["both.what-holds": 2],
    "both sync=none": ["both.what-holds": 2],
    "ftm to=room lock=locks": ["ftm.who-runs": 2],
    "ftm to=room lock=none": ["ftm.who-runs": 2],
    "ftm to=process lock=locks": ["ftm.who-runs": 1],
    "ftm to=process lock=none": ["ftm.who-runs": 1],
    "ftm-with-proxy keeps=pointer": ["ftm-with-proxy.who-refuses": 3],
    "ftm-with-proxy keeps=cookie": ["ftm-with-proxy.who-runs": 2],
    "busy server=later caller=patient": ["busy.who": 2],
    "busy server=later caller=gives-up": ["busy.who": 3],
    "busy server=later caller=none": ["busy.who": 3],
    "busy server=later caller=mta": ["busy.who": 3],
    "busy server=rejects caller=patient": ["busy.who": 3],
    "busy server=rejects caller=gives-up": ["busy.who": 3],
    "busy server=rejects caller=none": ["busy.who": 3],
    "busy server=rejects caller=mta": ["busy.who": 3],
    "busy server=always caller=patient": ["busy.who": 2],
    "busy server=always caller=gives-up": ["busy.who": 3],
    "busy server=always caller=none": ["busy.who": 3],
    "busy server=always caller=mta": ["busy.who": 3],
    "normal-life server=good": ["normal-life.who-runs": 2, "normal-life.does-it-end": 2],
    "normal-life server=missing": ["normal-life.what-comes": 1],
    "normal-life server=exits": ["normal-life.what-comes": 1],
    "normal-life server=silent": ["normal-life.what-comes": 1],
    "normal-life server=other-class": ["normal-life.what-comes": 1],
    "normal-life server=garbage": ["normal-life.what-comes": 1],
    "normal-life server=half": ["normal-life.what-comes": 1],
    "normal-life server=too-long": ["normal-life.does-it-end": 2],
    "queue-protects order=release-first": ["queue-protects.who-answers": 4],
    "queue-protects order=request-first": ["queue-protects.does-it-stop": 2],
    "kill-server moment=in-call": [
      "kill-server.does-it-hang": 2, "kill-server.was-it-done": 3,
    ],
    "kill-server moment=between": ["kill-server.what-comes": 2],
    "kill-server moment=before-start": ["kill-server.what-comes": 2],
    "kill-client death=reported": ["kill-client.right-after": 2, "kill-client.later": 1],
    "kill-client death=silent": ["kill-client.right-after": 2, "kill-client.after-one": 2],
    "two-threads counting=nothing order=release-first": ["two-threads.whose-step": 3],
    "two-threads counting=nothing order=request-first": [:],
    "two-threads counting=look-again order=release-first": ["two-threads.ends": 2],
    "two-threads counting=look-again order=request-first": [:],
    "two-threads counting=functions order=release-first": [
      "two-threads.which-order": 9, "two-threads.who-revokes": 4,
    ],
    "two-threads counting=functions order=request-first": [:],
    "two-threads counting=objects-only order=release-first": [
      "two-threads.which-order": 9, "two-threads.who-revokes": 4,
    ],
    "two-threads counting=objects-only order=request-first": [:],
    "cumbersome counting=nothing order=release-first": ["cumbersome.whose-step": 3],
    "cumbersome counting=nothing order=request-first": [:],
    "cumbersome counting=look-again order=release-first": ["cumbersome.ends": 2],
    "cumbersome counting=look-again order=request-first": [:],
    "cumbersome counting=functions order=release-first": [
      "cumbersome.which-order": 9, "cumbersome.who-revokes": 4,
    ],
    "cumbersome counting=functions order=request-first": [:],
    "cumbersome counting=objects-only order=release-first": [
      "cumbersome.which-order": 9, "cumbersome.who-revokes": 4,
    ],
    "cumbersome counting=objects-only order=request-first": [:],
    "at-zero counting=nothing order=release-first": ["at-zero.whose-step": 3],
    "at-zero counting=nothing order=request-first": [:],
    "at-zero counting=look-again order=release-first": ["at-zero.ends": 2],
    "at-zero counting=look-again order=request-first": [:],
    "at-zero counting=functions order=release-first": [
      "at-zero.which-order": 9, "at-zero.who-revokes": 4,
    ],
    "at-zero counting=functions order=request-first": [:],
    "at-zero counting=objects-only order=release-first": [
      "at-zero.which-order": 9, "at-zero.who-revokes": 4,
    ],
    "at-zero counting=objects-only order=request-first": [:],
    "half-the-places counting=nothing order=release-first": ["half-the-places.whose-step": 3],
    "half-the-places counting=nothing order=request-first": ["half-the-places.what-count": 2],
    "half-the-places counting=look-again order=release-first": ["half-the-places.ends": 2],
    "half-the-places counting=look-again order=request-first": ["half-the-places.what-count": 2],
    "half-the-places counting=functions order=release-first": [
      "half-the-places.which-order": 9, "half-the-places.who-revokes": 4,
    ],
    "half-the-places counting=functions order=request-first": ["half-the-places.what-count": 2],
    "half-the-places counting=objects-only order=release-first": [
      "half-the-places.which-order": 9, "half-the-places.who-revokes": 4,
    ],
    "half-the-places counting=objects-only order=request-first": ["half-the-places.what-count": 1],
    "dead-factory lock=second": ["dead-factory.stays": 2, "dead-factory.messages": 1],
    "dead-factory lock=always": ["dead-factory.messages": 1],
    "dead-factory lock=never": ["dead-factory.stays": 2, "dead-factory.messages": 1],
    "open-too-early apartment=each start=one-by-one": [
      "open-too-early.single": 2, "open-too-early.many": 1,
    ],
    "open-too-early apartment=MTA start=one-by-one": ["open-too-early.many": 1],
    "open-too-early apartment=STA start=one-by-one": ["open-too-early.single": 2],
    "open-too-early apartment=each start=suspended": [:],
    "open-too-early apartment=MTA start=suspended": [:],
    "open-too-early apartment=STA start=suspended": [:],
    "ready-then-open start=each classes=3": ["ready-then-open.calls-3": 2],
    "ready-then-open start=each classes=1": [:],
    "ready-then-open start=each classes=5": ["ready-then-open.calls-5": 2],
    "ready-then-open start=each classes=50": ["ready-then-open.calls-50": 2],
    "ready-then-open start=suspended classes=3": ["ready-then-open.calls-3": 2],
    "ready-then-open start=suspended classes=1": [:],
    "ready-then-open start=suspended classes=5": ["ready-then-open.calls-5": 2],
    "ready-then-open start=suspended classes=50": ["ready-then-open.calls-50": 2],
    "ready-then-open start=one-by-one classes=3": ["ready-then-open.calls-3": 3],
    "ready-then-open start=one-by-one classes=1": [:],
    "ready-then-open start=one-by-one classes=5": ["ready-then-open.calls-5": 3],
    "ready-then-open start=one-by-one classes=50": ["ready-then-open.calls-50": 3],
    "managed": ["managed.how-many-lines": 1, "managed.who-runs": 1],
  ]

  @Test(arguments: Trial.all) func answersAreTheLessons(_ trial: Trial) {
    let questions = trial.scenario.questions(trial.knobs)
    var given: [String: Int] = [:]
    let run = trial.run()
    _ = run.settle { event in
      guard case .narrated(let step) = event.kind else { return }
      for question in questions where question.step == run.world[step] {
        given[question.key] = question.answer(run.world)
      }
    }
    run.abandon()
    #expect(given == Self.answers[trial.testDescription])
  }

  @Test(arguments: Trial.all) func theyStandBeforeAStepOfTheStory(_ trial: Trial) {
    let steps = trial.scenario.steps(trial.knobs).map(\.key)
    for question in trial.scenario.questions(trial.knobs) {
      #expect(question.key.hasPrefix(trial.scenario.id + "."))
      // There has to be something to see before it is asked.
      #expect(steps.dropFirst().contains(question.step))
    }
  }

  /// A thread's digit is the number drawn beside its name.
  @Test(arguments: Trial.all) func choicesAreNumberedAsDrawn(_ trial: Trial) {
    let world = trial.outcome().world
    let cast = trial.scenario.cast(for: trial.knobs)
    for question in trial.scenario.questions(trial.knobs) {
      guard cast.buildings.isEmpty else {
        expectNumbersOfTheCast(question, cast)
        continue
      }
      #expect(question.choices.map(\.number) == Array(1...question.choices.count))
      for choice in question.choices {
        guard case .thread(let name) = choice.label else { continue }
        #expect(world.thread(named: name).map { Int($0.id.number) } == choice.number)
      }
    }
  }

  /// Where there are several processes a thread's number is its place in the cast.
  private func expectNumbersOfTheCast(_ question: Question, _ cast: Cast) {
    let all = cast.buildings.flatMap { building in
      building.threads.map { (name: $0, process: building.name) }
    }
    #expect(Set(question.choices.map(\.number)).count == question.choices.count)
    // Beside threads nobody else has the number of a thread that is on the screen.
    let isAboutThreads = question.choices.contains {
      if case .thread = $0.label { true } else { false }
    }
    for choice in question.choices where isAboutThreads {
      if case .text = choice.label { #expect(choice.number > all.count + 1) }
    }
    for choice in question.choices {
      guard case .thread(let label) = choice.label else { continue }
      #expect(all.indices.contains(choice.number - 1))
      let thread = all[choice.number - 1]
      let labels = [thread.name, thread.process, "\(thread.name) of \(thread.process)"]
      #expect(labels.contains(label))
    }
  }
}
