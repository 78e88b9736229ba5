// A test that hangs in a call cannot be stopped from inside: this ends the whole run after
// FLOORPLAN_TEST_SECONDS (290 where it is not set), with SIGABRT and a line that says so.
#ifndef FLOORPLAN_WATCHDOG_H
#define FLOORPLAN_WATCHDOG_H
#endif
