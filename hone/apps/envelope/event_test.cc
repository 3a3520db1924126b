#include "hone/apps/envelope/event.h"

#include <gtest/gtest.h>

#include <set>

#include "hone/apps/envelope/event_list.h"
#include "hone/base/error.h"
#include "hone/base/random.h"
#include "hone/base/text.h"
#include "hone/testing/temporary_folder.h"

namespace hone::envelope {
namespace {

Country country(std::string_view iso3) {
    return *Registry::builtin().by_iso3(iso3);
}

/// One cell of 10 u and 1,000 kcal in each place.
Base base_of(Budget& budget, const std::vector<std::pair<std::string, std::string>>& places, int cells_each = 1) {
    PlaceIndex index;
    Cells cells(budget);
    std::uint32_t id = 0;
    for (const auto& [iso3, state] : places) {
        const Place place = index.place(country(iso3), state, {});
        for (int i = 0; i < cells_each; ++i)
            cells.add(id++, place, {10}, {1000});
    }
    auto [all, renumbered] = index.finish();
    for (Place& place : cells.place)
        place = renumbered[place];
    cells.places = std::move(all);
    return Base(std::move(cells));
}

EventEntry by_state(std::string_view iso3, std::initializer_list<std::string_view> states,
                    std::int64_t loss_ppm = kWholeLoss) {
    EventEntry entry{country(iso3), false, {}, {}, loss_ppm};
    for (const std::string_view state : states)
        entry.add_state(state);
    return entry;
}

Event event_of(std::vector<EventEntry> entries) {
    Event event;
    event.id = "test";
    event.entries = std::move(entries);
    return event;
}

TEST(EventClass, IsFoundByWholeWordsInAFixedOrder) {
    EXPECT_EQ(event_class_of_type("Climate-induced famine"), EventClass::Climate);
    EXPECT_EQ(event_class_of_type("Conflict-induced crisis"), EventClass::Conflict);
    EXPECT_EQ(event_class_of_type("Civil war, then drought"), EventClass::Climate) << "climate is looked for first";
    EXPECT_EQ(event_class_of_type("Crop disease (blight)"), EventClass::Disease);
    EXPECT_EQ(event_class_of_type("Volcanic famine"), EventClass::Geophysical);
    EXPECT_EQ(event_class_of_type("Natural disaster"), EventClass::Geophysical);
    EXPECT_EQ(event_class_of_type("Warming"), EventClass::Other) << "not a word war";
    EXPECT_EQ(event_class_of_type(""), EventClass::Other);
    EXPECT_EQ(event_class_of_letter("d"), EventClass::Disease);
    EXPECT_EQ(event_class_of_letter("Z"), std::nullopt);
    EXPECT_EQ(event_class_name(EventClass::Other), "Compound/Other");
}

// Section 9.5 of the definition: states are matched within their country, by whole names.
TEST(Event, StatesAreMatchedByWholeNameWithinTheirCountry) {
    Budget budget("test");
    const Base base = base_of(budget, {{"USA", " Kansas"},
                                       {"USA", "Arkansas"},
                                       {"BRA", "Pará"},
                                       {"BRA", "Paraná"},
                                       {"BRA", "Paraíba"},
                                       {"BRA", "Amazonas"},
                                       {"PER", "Amazonas"},
                                       {"COL", "Amazonas"}});
    const RegionSums sums = sums_by_place(base, 0);
    const EventResult result =
        evaluate(event_of({by_state("USA", {"Kansas"}), by_state("BRA", {"Para", "Amazonas"})}), sums);
    EXPECT_EQ(result.cells, 3);
    EXPECT_EQ(result.states, 3U);
    EXPECT_EQ(result.countries, 2U);
    EXPECT_EQ(result.loss.kcal, 3000);
    EXPECT_EQ(result.status, EventStatus::Ok);
    for (std::size_t i = 0; i < sums.places->size(); ++i) {
        const PlaceInfo& place = (*sums.places)[static_cast<Place>(i)];
        const bool is_hit = place.key == "kansas" || place.key == "para" ||
                            (place.key == "amazonas" && place.country == country("BRA"));
        EXPECT_EQ(result.loss_ppm[i], is_hit ? kWholeLoss : -1) << place.state;
    }
}

TEST(Event, ACellInSeveralEntriesCountsOnceWithTheLargestLoss) {
    Budget budget("test");
    const Base base = base_of(budget, {{"USA", "Kansas"}, {"USA", "Texas"}, {"FRA", ""}});
    const RegionSums sums = sums_by_place(base, 10);
    EventEntry usa{country("USA"), true, {}, {}, 300'000};
    const EventResult result =
        evaluate(event_of({usa, by_state("USA", {"Texas"}, 900'000), by_state("USA", {"Texas"}, 100'000), usa}), sums);
    EXPECT_EQ(result.loss.kcal, 300 + 900);
    EXPECT_EQ(result.mass, 30 + 90);
    EXPECT_EQ(result.area.u, 20);
    EXPECT_EQ(result.entries_listed, 4U);
    EXPECT_EQ(result.entries_matched, 4U);
    EXPECT_EQ(result.states, 1U);
    EXPECT_FALSE(result.is_whole_loss);
}

TEST(Event, LossesAreRoundedDownOnceForTheWholeEvent) {
    Budget budget("test");
    const Base base = base_of(budget, {{"USA", ""}, {"FRA", ""}, {"DEU", ""}});
    std::vector<EventEntry> entries;
    for (const std::string_view iso3 : {"USA", "FRA", "DEU"})
        entries.push_back({country(iso3), true, {}, {}, 333'500});
    EXPECT_EQ(evaluate(event_of(entries), sums_by_place(base, 0)).loss.kcal, 1000) << "3 x 333.5 kcal";
}

TEST(Event, WhatMatchesNothingNeverBecomesTheWholeCountry) {
    Budget budget("test");
    const Base base = base_of(budget, {{"USA", "Kansas"}});
    const RegionSums sums = sums_by_place(base, 0);
    const EventResult unknown = evaluate(event_of({by_state("USA", {"Kanzas"})}), sums);
    EXPECT_EQ(unknown.loss.kcal, 0);
    EXPECT_EQ(unknown.status, EventStatus::NoMatch);
    EXPECT_EQ(unknown.entries[0].states_missing, std::vector<std::string>{"Kanzas"});
    const EventResult empty = evaluate(event_of({by_state("USA", {})}), sums);
    EXPECT_EQ(empty.loss.kcal, 0);
    EXPECT_EQ(empty.status, EventStatus::NoMatch);
    const EventResult elsewhere = evaluate(event_of({{country("MCO"), true, {}, {}, kWholeLoss}}), sums);
    EXPECT_EQ(elsewhere.status, EventStatus::NoCells);
    EXPECT_EQ(elsewhere.entries_matched, 0U);
}

TEST(Event, StatesMayBeNamedByTheirCode) {
    Budget budget("test");
    PlaceIndex index;
    Cells cells(budget);
    cells.add(1, index.place(country("USA"), "Kansas", "US20"), {10}, {1000});
    cells.places = index.finish().first;
    const Base base(std::move(cells));
    EXPECT_EQ(evaluate(event_of({by_state("USA", {"us20"})}), sums_by_place(base, 0)).loss.kcal, 1000);
}

TEST(Event, CombinedEventsAreTheUnionOfTheirCells) {
    Budget budget("test");
    const Base base = base_of(budget, {{"USA", "Kansas"}, {"USA", "Texas"}, {"FRA", ""}});
    const RegionSums sums = sums_by_place(base, 0);
    Event a = event_of({by_state("USA", {"Kansas", "Texas"})});
    Event b = event_of({by_state("USA", {"Texas"}), {country("FRA"), true, {}, {}, kWholeLoss}});
    a.year_start = 1900;
    a.kind = b.kind = EventClass::Climate;
    b.year_start = 1850;
    b.is_ongoing = true;
    const Event both = combined("both", std::vector<Event>{a, b});
    EXPECT_EQ(evaluate(both, sums).loss.kcal, 3000);
    EXPECT_EQ(both.year_start, 1850);
    EXPECT_TRUE(both.is_ongoing);
    EXPECT_EQ(both.kind, EventClass::Climate);
    EXPECT_EQ(evaluate(within(both, country("FRA")), sums).loss.kcal, 1000);
}

/// The definition, cell by cell.
struct Plain {
    std::int64_t cells = 0, area = 0;
    Int128 loss = 0;
    std::set<Country> countries;
};

Plain plainly(const Event& event, const Base& base) {
    Plain plain;
    for (std::size_t rank = 0; rank < base.size(); ++rank) {
        const PlaceInfo& place = (*base.places())[base.place(rank)];
        std::int64_t share = -1;
        for (const EventEntry& entry : event.entries) {
            bool is_in = entry.country == place.country && entry.is_whole;
            for (const std::string& state : entry.states)
                is_in = is_in || (entry.country == place.country && normalised_name(state) == place.key);
            if (is_in) share = std::max(share, entry.loss_ppm);
        }
        if (share < 0) continue;
        ++plain.cells;
        plain.area += base.cell_area(rank).u;
        plain.loss += Int128{share} * base.cell_energy(rank).kcal;
        if (share > 0) plain.countries.insert(place.country);
    }
    return plain;
}

TEST(Event, DoesTheSameAsTheDefinitionCellByCell) {
    Random random(testing::test_seed());
    const std::vector<std::string> countries = {"FRA", "USA", "IND"};
    for (int round = 0; round < 200 * testing::test_scale(); ++round) {
        Budget budget("test");
        PlaceIndex index;
        Cells cells(budget);
        std::vector<Place> given;
        for (std::uint32_t id = 0; id < 40; ++id) {
            const Place place = index.place(country(countries[random.below(3)]), cat("State ", random.below(4)), {});
            cells.add(id, place, {random.between(1, 50)}, {random.between(1, 9000)});
        }
        auto [places, renumbered] = index.finish();
        for (Place& place : cells.place)
            place = renumbered[place];
        cells.places = std::move(places);
        const Base base(std::move(cells));
        std::vector<EventEntry> entries;
        for (std::uint64_t i = 0; i < 1 + random.below(4); ++i) {
            const std::int64_t share = random.below(2) == 0 ? kWholeLoss : random.between(0, kWholeLoss);
            EventEntry entry{country(countries[random.below(3)]), random.below(3) == 0, {}, {}, share};
            for (std::uint64_t s = 0; s < random.below(3) && !entry.is_whole; ++s)
                entry.add_state(cat("state ", random.below(6)));
            entries.push_back(std::move(entry));
        }
        const Event event = event_of(std::move(entries));
        const EventResult result = evaluate(event, sums_by_place(base, 0));
        const Plain plain = plainly(event, base);
        ASSERT_EQ(result.cells, plain.cells);
        ASSERT_EQ(result.area.u, plain.area);
        ASSERT_EQ(result.loss.kcal, static_cast<std::int64_t>(plain.loss / kWholeLoss));
        ASSERT_EQ(result.countries, plain.countries.size());
        const Bounds bounds = Curve(base).bounds(result.area);
        ASSERT_LE(result.loss, bounds.upper);
        if (result.is_whole_loss) {
            ASSERT_GE(result.loss, bounds.lower);
        }
    }
}

TEST(BuiltinEvents, AreThoseOfTheReference) {
    const auto events = builtin_events();
    ASSERT_EQ(events.size(), 23U);
    EXPECT_EQ(events[0].id, "GreatFamine");
    EXPECT_EQ(events[0].entries.size(), 15U);
    const Event& laki = event_named(events, "laki1783");
    EXPECT_EQ(laki.entries.size(), 26U);
    EXPECT_EQ(laki.kind, EventClass::Geophysical);
    const auto india =
        std::ranges::find_if(laki.entries, [](const EventEntry& entry) { return entry.country == country("IND"); });
    EXPECT_FALSE(india->is_whole);
    EXPECT_EQ(india->states.size(), 9U);
    const Event& enso = event_named(events, "ENSO2015_2016");
    EXPECT_EQ(enso.label, "El Niño 2015");
    EXPECT_EQ(enso.entries.size(), 25U);
    const Event& syria = event_named(events, "Syria");
    EXPECT_TRUE(syria.is_ongoing);
    EXPECT_EQ(syria.year_start, 2011);
    EXPECT_EQ(syria.year_end, std::nullopt);
    std::size_t rows = 0;
    for (const Event& event : events)
        for (const EventEntry& entry : event.entries)
            rows += entry.is_whole ? 1 : entry.states.size();
    EXPECT_EQ(rows, 216U);
    EXPECT_THROW(event_named(events, "Lakki"), Error);
}

}  // namespace
}  // namespace hone::envelope
