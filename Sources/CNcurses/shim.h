#ifndef FLOORPLAN_CNCURSES_H
#define FLOORPLAN_CNCURSES_H
// These must stand before <curses.h>; the importer gets no flags from pkg-config.
#ifndef _GNU_SOURCE
#define _GNU_SOURCE 1
#endif
#ifndef NCURSES_WIDECHAR
#define NCURSES_WIDECHAR 1
#endif
#define NCURSES_NOMACROS 1
#include <curses.h>
#include <term.h>
#endif
