#ifndef FLOORPLAN_CVTERM_H
#define FLOORPLAN_CVTERM_H
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <vterm.h>

/// An emulated terminal and those of its modes that libvterm tells only by callback.
struct cvt_terminal {
  VTerm *vterm;
  VTermScreen *screen;
  int alternate, cursor_visible, mouse;
};

static inline int cvt_property(VTermProp property, VTermValue *value, void *user) {
  struct cvt_terminal *terminal = user;
  switch (property) {
  case VTERM_PROP_ALTSCREEN: terminal->alternate = value->boolean; break;
  case VTERM_PROP_CURSORVISIBLE: terminal->cursor_visible = value->boolean; break;
  case VTERM_PROP_MOUSE: terminal->mouse = value->number; break;
  default: break;
  }
  return 1;
}

static inline struct cvt_terminal *cvt_new(int rows, int columns) {
  static const VTermScreenCallbacks callbacks = {.settermprop = cvt_property};
  struct cvt_terminal *terminal = calloc(1, sizeof *terminal);
  terminal->cursor_visible = 1;
  terminal->vterm = vterm_new(rows, columns);
  vterm_set_utf8(terminal->vterm, 1);
  terminal->screen = vterm_obtain_screen(terminal->vterm);
  vterm_screen_enable_altscreen(terminal->screen, 1);
  vterm_screen_set_callbacks(terminal->screen, &callbacks, terminal);
  vterm_screen_reset(terminal->screen, 1);
  return terminal;
}

static inline void cvt_free(struct cvt_terminal *terminal) {
  vterm_free(terminal->vterm);
  free(terminal);
}

static inline void cvt_cursor(const struct cvt_terminal *terminal, int *row, int *column) {
  VTermPos position;
  vterm_state_get_cursorpos(vterm_obtain_state(terminal->vterm), &position);
  *row = position.row;
  *column = position.col;
}

// Bit-fields and unions do not reach Swift: one flat record for a cell.
struct cvt_cell {
  uint32_t scalars[VTERM_MAX_CHARS_PER_CELL + 1];  // ended by 0
  int width, bold, underline, reverse;
  int foreground, background;  // a colour's number, or -1 for the terminal's own
};

static inline int cvt_colour(const VTermColor *colour) {
  if (VTERM_COLOR_IS_DEFAULT_FG(colour) || VTERM_COLOR_IS_DEFAULT_BG(colour)) return -1;
  return VTERM_COLOR_IS_INDEXED(colour) ? colour->indexed.idx : -2;
}

static inline struct cvt_cell cvt_get(const struct cvt_terminal *terminal, int row, int column) {
  VTermScreenCell source;
  struct cvt_cell cell;
  memset(&source, 0, sizeof source);
  memset(&cell, 0, sizeof cell);
  VTermPos position = {.row = row, .col = column};
  vterm_screen_get_cell(terminal->screen, position, &source);
  memcpy(cell.scalars, source.chars, sizeof source.chars);
  cell.width = source.width;
  cell.bold = source.attrs.bold;
  cell.underline = source.attrs.underline;
  cell.reverse = source.attrs.reverse;
  cell.foreground = cvt_colour(&source.fg);
  cell.background = cvt_colour(&source.bg);
  return cell;
}

static inline uint32_t cvt_scalar(const struct cvt_cell *cell, int index) {
  return cell->scalars[index];
}
#endif
