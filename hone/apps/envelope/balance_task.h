#pragma once
#include "hone/apps/envelope/threshold.h"
#include "hone/engine/task.h"
#include "hone/table/table.h"

namespace hone::envelope {

/// balance_{crop}.csv: year, stocks, consumption and production in kt (six decimals are exact), and stocks over use. A
/// year is there if any of its amounts is known; what is unknown is empty. Requires: years.from <= years.to.
Table balance_table_of(const Balances& balances, std::span<const BalancePart> parts, YearRange years);

/// Task "balance": the stock balance behind thresholds and risk, year by year.
Task balance_task();

}  // namespace hone::envelope
