#include "hone/apps/envelope/cell_file.h"

#include <gtest/gtest.h>

#include <thread>

#include "hone/apps/envelope/curve.h"
#include "hone/apps/envelope/example_bases.h"
#include "hone/apps/envelope/filter.h"
#include "hone/apps/envelope/measures.h"
#include "hone/apps/envelope/tier.h"
#include "hone/apps/envelope/validation.h"
#include "hone/base/error.h"
#include "hone/testing/temporary_folder.h"

namespace hone::envelope {
namespace {

/// Files in memory whose bytes change while they lie there, if told so.
class RottingFiles : public MemoryFiles {
public:
    bool is_rotten = false;

    std::unique_ptr<InputFile> open(const Path& path) override {
        return std::make_unique<Rotting>(MemoryFiles::open(path), is_rotten);
    }

private:
    class Rotting : public InputFile {
    public:
        Rotting(std::unique_ptr<InputFile> inner, const bool& is_rotten)
            : inner_(std::move(inner)), is_rotten_(is_rotten) {}
        std::size_t read_at(std::uint64_t offset, std::span<std::byte> into) override {
            const std::size_t read = inner_->read_at(offset, into);
            if (is_rotten_) into[read / 2] ^= std::byte{1};
            return read;
        }
        FileIdentity identity() const override { return inner_->identity(); }

    private:
        std::unique_ptr<InputFile> inner_;
        const bool& is_rotten_;
    };
};

struct Workplace {
    Budget budget{"test"};
    RottingFiles files;

    Workplace() { files.make_folders("/work"); }
    std::shared_ptr<CellStore> store() { return std::make_shared<CellStore>(Spill{&budget, &files, Path("/work")}); }
};

Base random_base(Budget& budget, std::size_t count, Random& random, std::int64_t kinds = 40) {
    Cells cells(budget);
    for (std::size_t i = 0; i < count; ++i) {
        const std::int64_t area = random.between(1, 160'000);
        cells.add(static_cast<std::uint32_t>(i * 7919 % 1'000'003), static_cast<Country>(1 + random.below(20)), {area},
                  {area * random.between(1, kinds) * 1000 + random.between(0, 1)});
    }
    return Base(std::move(cells));
}

void expect_equal(const Base& base, const Base& file) {
    ASSERT_EQ(file.size(), base.size());
    EXPECT_EQ(file.places(), base.places());
    EXPECT_EQ(file.total_area(), base.total_area());
    EXPECT_EQ(file.total_energy(), base.total_energy());
    std::size_t scanned = 0;
    file.scan([&](const CellSlice& cells) {
        ASSERT_EQ(cells.first_rank, scanned);
        for (std::size_t i = 0; i < cells.size(); ++i, ++scanned) {
            ASSERT_EQ(cells.ids[i], base.id(scanned));
            ASSERT_EQ(cells.places[i], base.place(scanned));
            ASSERT_EQ(cells.area_sums[i], base.area_before(scanned).u);
            ASSERT_EQ(cells.energy_sums[i], base.energy_before(scanned).kcal);
            ASSERT_EQ(cells.area(i), base.cell_area(scanned));
            ASSERT_EQ(cells.energy(i), base.cell_energy(scanned));
        }
    });
    EXPECT_EQ(scanned, base.size());
}

void expect_equal_at(const Base& base, const Base& file, std::size_t rank) {
    ASSERT_EQ(file.area_before(rank), base.area_before(rank)) << rank;
    ASSERT_EQ(file.energy_before(rank), base.energy_before(rank)) << rank;
    ASSERT_TRUE(file.twice_integral_before(rank) == base.twice_integral_before(rank)) << rank;
    for (const std::int64_t off : {-1, 0, 1}) {
        const Area area{std::max<std::int64_t>(base.area_before(rank).u + off, 0)};
        const Energy energy{std::max<std::int64_t>(base.energy_before(rank).kcal + off, 0)};
        ASSERT_EQ(file.rank_at(area), base.rank_at(area)) << rank;
        ASSERT_EQ(file.rank_at(energy), base.rank_at(energy)) << rank;
    }
    if (rank == base.size()) return;
    ASSERT_EQ(file.id(rank), base.id(rank));
    ASSERT_EQ(file.country(rank), base.country(rank));
    ASSERT_EQ(file.cell_area(rank), base.cell_area(rank));
    ASSERT_EQ(file.cell_energy(rank), base.cell_energy(rank));
    ASSERT_EQ(file.yield_kcal_per_ha(rank), base.yield_kcal_per_ha(rank));
    if (rank > 0) {
        ASSERT_EQ(file.equal_yield(rank - 1, rank), base.equal_yield(rank - 1, rank));
    }
}

TEST(CellFile, AnswersLikeMemory) {
    Random random(testing::test_seed());
    for (const std::size_t count : {0, 1, 2, 1023, 1024, 1025, 2048, 3000, 70'000}) {
        Workplace place;
        const Base base = random_base(place.budget, count, random);
        const Base file = base.in_file(place.store());
        EXPECT_FALSE(file.is_in_memory());
        expect_equal(base, file);
        for (int i = 0; i < 300; ++i)
            expect_equal_at(base, file, random.below(count + 1));
        for (const std::size_t rank : {std::size_t{0}, std::size_t{1023}, std::size_t{1024}, count})
            if (rank <= count) expect_equal_at(base, file, rank);
        EXPECT_TRUE(place.files.list("/work").empty());
    }
}

TEST(CellFile, GivesTheSameCurvesTiersFiltersAndChecks) {
    Random random(testing::test_seed() + 1);
    Workplace place;
    const auto base = std::make_shared<const Base>(random_base(place.budget, 20'000, random));
    const auto file = std::make_shared<const Base>(base->in_file(place.store()));
    const Curve whole(*base);
    const Curve same(*file);
    EXPECT_TRUE(area_between(whole) == area_between(same));
    std::vector<Area> areas;
    for (int i = 0; i < 500; ++i)
        areas.push_back({random.between(0, whole.total_area().u)});
    std::ranges::sort(areas);
    std::vector<Bounds> expected(areas.size()), bounds(areas.size());
    whole.bounds(areas, expected);
    same.bounds(areas, bounds);
    EXPECT_EQ(bounds, expected);
    for (const Bounds& at : expected) {
        EXPECT_EQ(same.bounds(at.area), at);
        EXPECT_EQ(same.largest_area_within(at.lower), whole.largest_area_within(at.lower));
        EXPECT_EQ(same.smallest_area_for(at.upper), whole.smallest_area_for(at.upper));
    }
    std::vector<NamedCurve> named;
    for (const char* text : {"commercial", "prime_land", "a:12.5-99:area", "b:0-30", "c:50-50"}) {
        const auto tier = tier_curve(*base, parse_tier(text));
        const auto again = tier_curve(*file, parse_tier(text));
        ASSERT_EQ(tier.has_value(), again.has_value());
        if (!tier) continue;
        EXPECT_EQ(again->from(), tier->from());
        EXPECT_EQ(again->to(), tier->to());
        EXPECT_EQ(again->first_rank(), tier->first_rank());
        EXPECT_EQ(again->end_rank(), tier->end_rank());
        EXPECT_EQ(again->total_energy(), tier->total_energy());
        EXPECT_EQ(width_reduction(*again, same), width_reduction(*tier, whole));
        named.push_back({text, *again});
    }
    for (const Check& check : validate(same, named, areas))
        EXPECT_TRUE(check.passed) << check.name << ": " << check.detail;
    for (const char* rule : {"none", "standard", "5000:0.5", "100000:1"}) {
        const Filtered some = filter(base, parse_filter(rule));
        const Filtered others = filter(file, parse_filter(rule));
        expect_equal(*some.base, *others.base);
        EXPECT_EQ(others.report.percentile_99, some.report.percentile_99);
        EXPECT_EQ(others.report.removed_by_area, some.report.removed_by_area);
        EXPECT_EQ(others.report.removed_by_yield, some.report.removed_by_yield);
        EXPECT_EQ(others.report.largest_yield, some.report.largest_yield);
    }
}

TEST(CellFile, IsSelectedAndSplitLikeMemory) {
    Random random(testing::test_seed() + 2);
    Workplace place;
    const Base base = random_base(place.budget, 9000, random);
    const Base file = base.in_file(place.store());
    const auto is_odd = [](const CellSlice& cells, std::size_t i) { return cells.ids[i] % 2 == 1; };
    const Base odd = file.select(is_odd);
    EXPECT_FALSE(odd.is_in_memory());
    expect_equal(base.select(is_odd), odd);
    EXPECT_TRUE(file.select([](const CellSlice&, std::size_t) { return false; }).empty());
    const auto expected = base.split_by_country();
    const auto parts = file.split_by_country();
    ASSERT_EQ(parts.size(), expected.size());
    for (std::size_t i = 0; i < parts.size(); ++i) {
        EXPECT_EQ(parts[i].first, expected[i].first);
        EXPECT_FALSE(parts[i].second.is_in_memory());
        expect_equal(expected[i].second, parts[i].second);
    }
    EXPECT_THROW(file.parts(), Error) << "there are no arrays";
}

TEST(CellFile, MergesPartsToTheWhole) {
    Random random(testing::test_seed() + 3);
    for (const std::int64_t kinds : {1, 5, 3000}) {
        for (const std::size_t parts : {1, 2, 7, 40}) {
            Workplace place;
            const Base base = random_base(place.budget, 6000, random, kinds);
            std::vector<Base> dealt;
            const auto store = place.store();
            for (std::size_t part = 0; part < parts; ++part)
                dealt.push_back(base.select([&](const CellSlice& cells, std::size_t i) {
                                        return cells.ids[i] % parts == part && part != 3;  // which stays empty
                                    })
                                    .in_file(store));
            const Base expected = base.select(
                [&](const CellSlice& cells, std::size_t i) { return parts <= 3 || cells.ids[i] % parts != 3; });
            expect_equal(expected, Base::merged(dealt, place.store(), {}));
        }
    }
}

TEST(CellFile, AnswersManyThreads) {
    Random random(testing::test_seed() + 4);
    Workplace place;
    const Base base = random_base(place.budget, 60'000, random);
    const Base file = base.in_file(place.store());
    std::vector<std::thread> threads;  // more blocks than are held, so that they are read under each other's feet
    for (std::size_t seed = 0; seed < 4; ++seed)
        threads.emplace_back([&, seed] {
            Random own(seed);
            for (int i = 0; i < 2000; ++i) {
                const std::size_t rank = own.below(base.size());
                EXPECT_EQ(file.id(rank), base.id(rank));
                EXPECT_EQ(file.area_before(rank), base.area_before(rank));
            }
        });
    for (std::thread& thread : threads)
        thread.join();
}

TEST(CellFile, RefusesDamagedBlocks) {
    Random random(testing::test_seed() + 5);
    Workplace place;
    const Base file = random_base(place.budget, 3000, random).in_file(place.store());
    place.files.is_rotten = true;
    const auto is_refused = [](auto ask) {
        try {
            ask();
            ADD_FAILURE() << "damage was not seen";
        } catch (const Error& error) {
            EXPECT_EQ(error.fault(), Fault::System);
        }
    };
    is_refused([&] { file.id(7); });
    is_refused([&] { file.scan([](const CellSlice&) {}); });
    is_refused([&] { file.rank_at(Area{file.total_area().u / 2}); });
    place.files.is_rotten = false;
    EXPECT_EQ(file.area_before(0).u, 0) << "a block that could not be read is not kept";
}

TEST(CellFile, RefusesSumsThatDoNotFit) {
    Workplace place;
    CellFile file(place.store());
    constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
    file.push(1, 1, {5}, {kMost - 1});
    EXPECT_THROW(file.push(2, 1, {5}, {2}), Error);
}

TEST(CellFile, TakesLittleMemory) {
    Random random(testing::test_seed() + 6);
    Workplace place;
    Base base = random_base(place.budget, 100'000, random);
    const std::uint64_t in_memory = place.budget.used();
    EXPECT_GE(in_memory, 22U * 100'000);
    base = base.in_file(place.store());
    EXPECT_LE(place.budget.used(), 100'000U / 1024 * 48 * 2 + 1000) << "without any block";
    for (std::size_t rank = 0; rank < base.size(); rank += 500)
        base.id(rank);
    EXPECT_LE(place.budget.used(), std::uint64_t{1} << 20);
}

}  // namespace
}  // namespace hone::envelope
