import TerminalUI
import ThreadKernel
import Trace

/// What `AppModel.update` asks of the world outside.
public enum Effect: Sendable {
  /// Begins a run, on a screen of that size; one that goes on is ended first.
  case start(RunRequest, recordingTo: String?, Size)
  /// Ends the run and puts its recording in its place.
  case end
  /// One pick.
  case pick
  /// One pick of this thread.
  case step(ThreadID)
  case deliver(action: String)
  /// Nothing more will be asked for.
  case finish
  case hold
  case goFree
}

/// What `AppModel.update` is told.
public enum AppInput: Sendable {
  /// What the screen reported, and when (since any fixed moment).
  case screen(Input, at: Duration)
  /// What the run told, in order.
  case told([Event])
  /// The operating system's numbers of the processes that have one of their own, as they live now.
  case live([ProcessID: Int32])
  /// How the run stands after an effect.
  case stands(Kernel.Standing)
  /// A thread could not be stepped.
  case refused(ThreadID, Kernel.StepRefusal)
  /// A thread is running and reaches no point.
  case stuck([ThreadID])
  /// Threads of a free run tell nothing; the others go on.
  case silent([ThreadID])
  /// Something outside went wrong: a recording that cannot be written.
  case failed(String)
}

/// The three sizes of a step.
public enum StepSize: Hashable, Sendable {
  case event
  /// From one scheduling point to the next.
  case point
  /// To the next step of the story.
  case narrated
}
