#pragma once
#include <string_view>
#include <vector>

#include "hone/apps/invoice/profile_set.h"
#include "hone/engine/run.h"
#include "hone/table/table.h"

namespace hone::invoice {

/// The files of a parameter; those above 1 MiB become Issues of `id` instead.
std::vector<TemplateText> read_texts(Run& run, std::string_view param, std::string_view id);

/// The profiles that the parameter `profiles` gives and the built-in ones, with what is wrong with them among the
/// Issues of the run. Fault::Usage unless `pinned` is "auto" or the name of one.
ProfileSet read_profiles(Run& run, std::string_view pinned);

/// A table of the Issues of a run so far, in Issue order, the first 1,000 of each kind: file, line (none where it is
/// not known), key, kind (the id), severity, message.
Table findings_table(Run& run);

}  // namespace hone::invoice
