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

// What <term.h> declares. The header itself would bring <termios.h> along, whose types Swift would
// then count as this module's and no longer as Glibc's.
struct term;
extern int setupterm(const char *type, int descriptor, int *status);
extern char *tigetstr(const char *name);
extern struct term *set_curterm(struct term *terminal);
extern int del_curterm(struct term *terminal);

// Globals as functions: Swift 6 refuses shared mutable variables.
static inline WINDOW *nc_stdscr(void) { return stdscr; }
static inline WINDOW *nc_curscr(void) { return curscr; }
static inline int nc_colours(void) { return COLORS; }

// Macros that the importer cannot read.
static inline attr_t nc_bold(void) { return A_BOLD; }
static inline attr_t nc_dim(void) { return A_DIM; }
static inline attr_t nc_reverse(void) { return A_REVERSE; }
static inline attr_t nc_underline(void) { return A_UNDERLINE; }
static inline mmask_t nc_left_button(void) { return BUTTON1_PRESSED; }
static inline mmask_t nc_wheel_up(void) { return BUTTON4_PRESSED; }
static inline mmask_t nc_wheel_down(void) { return BUTTON5_PRESSED; }
static inline int nc_function_key(int n) { return KEY_F(n); }

/// Writes one cell: a character with its combining marks, ended by 0. The pair goes through the
/// options argument, or it would be cut to 16 bits.
static inline void nc_put(WINDOW *w, int y, int x, const wchar_t *text, attr_t marks, int pair) {
  cchar_t cell;
  if (setcchar(&cell, text, marks, 0, &pair) == OK) mvwadd_wch(w, y, x, &cell);
}
#endif
