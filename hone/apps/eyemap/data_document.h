#pragma once
#include <string_view>

#include "hone/apps/eyemap/column_set.h"
#include "hone/base/function_ref.h"

namespace hone::eyemap {

/// Streams a data set as the JSON document that the application reads ("format": "hone-eyemap", version 1): regions,
/// universe, and every column of every type with its layers and numbers; missing counts are left out.
void write_document(const DataSet& data, FunctionRef<void(std::string_view)> sink);

}  // namespace hone::eyemap
