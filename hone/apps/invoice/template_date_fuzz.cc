#include <algorithm>

#include "hone/apps/invoice/month_names.h"
#include "hone/apps/invoice/template_date.h"
#include "hone/base/error.h"

/// Whatever is read as a date is a day that exists, and its ISO form reads as the same day. The first line is a format.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace hone::invoice;
    const std::string_view all(reinterpret_cast<const char*>(data), size);
    const std::size_t cut = std::min(all.find('\n'), all.size());
    const std::string formats[] = {std::string(all.substr(0, cut))};
    const std::string_view text = all.substr(std::min(cut + 1, all.size()));
    for (const DateOrder order : {DateOrder::MonthDayYear, DateOrder::DayMonthYear, DateOrder::YearMonthDay}) {
        const auto found = parse_template_date(text, {formats, {}, order});
        if (!found) continue;
        hone::check(is_day(found->day), "a date is a day that exists");
        hone::check(found->hour < 24 && found->minute < 60 && found->second < 60, "a time of day");
        const auto again = parse_formatted_date(format_moment(*found, "%Y-%m-%d"), "%Y-%m-%d");
        hone::check(again && again->day == found->day, "a date reads back");
    }
    return 0;
}
