import TerminalUI

// Both modules below have a `Point`; in views it is the place of a cell.
typealias Point = TerminalUI.Point
