#pragma once
#include <vector>

#include "hone/engine/task.h"

namespace hone::eyemap {

/// Gets raw rows of cell types from a neuPrint server, in the form in which they are read.
Task fetch_task();
/// What its errors mean.
std::vector<Notice> fetch_notices();

}  // namespace hone::eyemap
