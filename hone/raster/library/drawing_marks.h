#pragma once
#include "hone/raster/raster_interface.h"

struct _cairo;  // NOLINT(bugprone-reserved-identifier): the name that cairo gives to cairo_t

/// Paints the marks of a drawing in order. A mark that cairo refuses leaves the drawing in its error state.
void paint_marks(const HoneRasterDrawing& drawing, _cairo* target);
