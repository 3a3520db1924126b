#pragma once
// All operations on tables.
#include "hone/table/chunk_operations.h"
#include "hone/table/filter.h"
#include "hone/table/group.h"
#include "hone/table/join.h"
#include "hone/table/sort.h"
#include "hone/table/sums.h"
#include "hone/table/window.h"
