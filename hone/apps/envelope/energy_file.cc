#include "hone/apps/envelope/energy_file.h"

#include "hone/apps/envelope/crops.h"
#include "hone/base/error.h"
#include "hone/base/number.h"
#include "hone/base/text.h"

namespace hone::envelope {

std::string energy_with(std::string_view energy, const TextTable& table) {
    constexpr int kDecimals = 5;
    EnergyTable contents = parse_energy_table(energy);
    const std::string base = contents.name.substr(0, contents.name.find('+'));
    const EnergyTable named = parse_energy_table(base);
    const auto crops = table.column("crop"), values = table.column("kcal_per_g");
    if (!crops || !values)
        throw Error(Fault::Input, cat("no column ", crops ? "kcal_per_g" : "crop", " in ", table.file))
            .with_id("envelope.missing-column");
    if (!table.misshapen.empty())
        fail(Fault::Input, table.file, ", row ", table.misshapen.front().first, ": expected ", table.names.size(),
             " fields, found ", table.misshapen.front().second);
    std::uint64_t changed = 0;
    for (std::size_t row = 0; row < table.rows.size(); ++row) {
        const std::string_view code = table.at(row, *crops), value = table.at(row, *values);
        if (value.empty() || value == "-") continue;
        const auto crop = find_crop(code);
        const std::uint64_t bit = crop ? std::uint64_t{1} << *crop : 0;
        if (!crop || (changed & bit) != 0)
            fail(Fault::Input, table.file, ", row ", table.lines[row],
                 crop ? ": a crop that came before: '" : ": no crop has the code '", code, "'");
        const auto content = parse_scaled(value, kDecimals);
        if (!content || content->rounded || content->value <= 0 || content->value > kMostContent)
            fail(Fault::Input, table.file, ", row ", table.lines[row],
                 ": expected 0.00001 to 10 kcal/g with at most five decimals, found '", value, "'");
        contents.kcal_per_tenth_tonne[*crop] = content->value;
        changed |= bit;
    }
    if (changed == 0) fail(Fault::Input, "no energy content in ", table.file);
    std::string text = base;
    for (Crop crop = 0; crop < kCropCount; ++crop)
        if (contents.kcal_per_tenth_tonne[crop] != named.kcal_per_tenth_tonne[crop])
            text += cat('+', crop_code(crop), '=', decimal_text(contents.kcal_per_tenth_tonne[crop], kDecimals));
    return text;
}

}  // namespace hone::envelope
