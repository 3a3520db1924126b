#include "hone/apps/eyemap/packed_rows.h"

#include <gtest/gtest.h>

#include <variant>

#include "hone/apps/eyemap/column_set.h"
#include "hone/base/random.h"
#include "hone/testing/temporary_folder.h"

namespace hone::eyemap {
namespace {

using AnyRow = std::variant<RawRow, ColumnRow, LayerRow, FailureRow>;

std::string shown(const AnyRow& any) {
    const auto at = [](const RowPlace& place) { return cat(place.file, ':', place.line); };
    if (const auto* row = std::get_if<RawRow>(&any))
        return cat("raw ", row->column, ' ', row->body, ' ', row->layer, ' ', row->synapses, ' ', row->pre, ' ',
                   row->post, ' ', row->is_counted, ' ', at(row->place));
    if (const auto* row = std::get_if<LayerRow>(&any))
        return cat("layer ", row->column, ' ', row->layer, ' ', row->synapses, ' ', row->cells, ' ', row->is_inline,
                   ' ', at(row->place));
    if (const auto* row = std::get_if<FailureRow>(&any))
        return cat("failure ", row->set, ' ', row->reason, ' ', at(row->place));
    const auto& row = std::get<ColumnRow>(any);
    std::string text =
        cat("column ", row.column, ' ', row.synapses, ' ', row.cells, ' ', row.pre, ' ', row.post, ' ', at(row.place));
    for (const auto& [name, value] : row.values)
        text += cat(' ', name, '=', value);
    return text;
}

/// Rows that share much with the one before, as those of files do.
class RowMaker {
public:
    explicit RowMaker(Random& random) : random_(random) {}

    AnyRow next() {
        if (random_.below(40) == 0) place_ = {static_cast<std::uint16_t>(random_.below(300)), 0};
        place_.line += random_.below(3) == 0 ? random_.below(1'000'000) : 1;
        if (random_.below(2) == 0)
            column_ = column_key(static_cast<SetNumber>(random_.below(2000)),
                                 {static_cast<std::int32_t>(random_.between(-32768, 32767)),
                                  static_cast<std::int32_t>(random_.between(-32768, 32767))});
        switch (random_.below(8)) {
            case 0: {
                ColumnRow row{column_, count(), count(), count(), count(), {}, place_};
                for (std::uint64_t k = random_.below(4); k > 0; --k)
                    row.values.emplace_back(random_.below(300), static_cast<double>(random_.below(1000)) / 7);
                return row;
            }
            case 1:
                return LayerRow{column_,
                                static_cast<std::int32_t>(random_.between(1, 999)),
                                count(),
                                count(),
                                random_.below(2) == 0,
                                place_};
            case 2:
                return FailureRow{static_cast<SetNumber>(random_.below(2000)), place_,
                                  std::string(random_.below(300), 'x')};
            default:
                return raw();
        }
    }

private:
    std::int64_t number() { return random_.below(4) == 0 ? random_.between(0, kMostCount) : random_.between(0, 200); }
    std::int64_t count() { return random_.below(4) == 0 ? random_.between(kAbsent, kMissingCount) : number(); }

    RawRow raw() {
        if (random_.below(2) == 0) body_ = static_cast<std::uint32_t>(random_.below(1U << 28));
        RawRow row{column_,
                   body_,
                   static_cast<std::int32_t>(random_.below(12)),
                   number(),
                   number(),
                   number(),
                   random_.below(5) != 0,
                   place_};
        if (random_.below(2) == 0) row.post = row.synapses - std::min(row.pre, row.synapses);
        if (random_.below(2) == 0) row.pre = row.synapses - std::min(row.post, row.synapses);
        if (random_.below(3) == 0) row.pre = row.post = 0;
        return row;
    }

    Random& random_;
    RowPlace place_{0, 1};
    ColumnKey column_ = 0;
    std::uint32_t body_ = 0;
};

AnyRow read(RowReader& reader) {
    switch (reader.next()) {
        case RowReader::Kind::Raw:
            return reader.raw;
        case RowReader::Kind::Column:
            return reader.column_row;
        case RowReader::Kind::Layer:
            return reader.layer_row;
        case RowReader::Kind::Failure:
            return reader.failure;
        case RowReader::Kind::End:
            break;
    }
    return FailureRow{0, {}, "the end"};
}

TEST(PackedRows, ComeBackAsTheyWere) {
    Random random(testing::test_seed());
    for (int round = 0; round < 30 * testing::test_scale(); ++round) {
        RowMaker maker(random);
        RowPacker packer;
        std::vector<std::uint8_t> bytes;
        std::vector<std::string> expected;
        for (std::uint64_t n = random.below(400); n > 0; --n) {
            const AnyRow row = maker.next();
            expected.push_back(shown(row));
            const auto packed = std::visit([&](const auto& one) { return packer.pack(one); }, row);
            bytes.insert(bytes.end(), packed.begin(), packed.end());
        }
        RowReader reader(bytes);
        for (const std::string& row : expected)
            ASSERT_EQ(shown(read(reader)), row);
        EXPECT_EQ(reader.next(), RowReader::Kind::End);
    }
}

TEST(PackedRows, UsualRowsAreShort) {
    RowPacker packer;
    packer.pack(RawRow{column_key(1, {5, 6}), 7, 1, 90, 27, 63, true, {0, 2}});
    EXPECT_EQ(packer.pack(RawRow{column_key(1, {5, 6}), 7, 2, 90, 27, 63, true, {0, 3}}).size(), 5U);
    EXPECT_LE(packer.pack(RawRow{column_key(1, {5, 7}), 8, 2, 200, 60, 140, true, {0, 4}}).size(), 13U);
}

TEST(ColumnKey, SortsBySetThenHexAndComesBack) {
    const ColumnKey key = column_key(3, {-32768, 32767});
    EXPECT_EQ(set_of(key), 3);
    EXPECT_EQ(hex_of(key), (Hex{-32768, 32767}));
    EXPECT_LT(column_key(2, {32767, 32767}), column_key(3, {-32768, -32768}));
    EXPECT_LT(column_key(3, {-1, 5}), column_key(3, {0, -5}));
    EXPECT_EQ(region_of(set_number(4, Side::Left)), 4U);
    EXPECT_EQ(side_of(set_number(4, Side::Right)), Side::Right);
}

TEST(PackedRows, CutBytesAreABug) {
    RowPacker packer;
    const auto packed = packer.pack(RawRow{column_key(1, {5, 6}), 700, 1, 90'000, 0, 0, true, {0, 2}});
    for (std::size_t size = 1; size < packed.size(); ++size) {
        RowReader reader(packed.first(size));
        EXPECT_THROW(reader.next(), Error) << size;
    }
}

}  // namespace
}  // namespace hone::eyemap
