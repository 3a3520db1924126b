#include "hone/formats/drawing.h"

#include <gtest/gtest.h>

#include <functional>
#include <limits>

#include "hone/base/error.h"
#include "hone/base/random.h"
#include "hone/testing/temporary_folder.h"

namespace hone {
namespace {

Drawing example() {
    Drawing drawing{.width = 130.5, .height = 96, .title = "Zé <7> & α", .png_scale = 2, .is_pdf = true};
    drawing.facts = {{"Dataset", "demo v1"}, {"Licence", ""}};
    drawing.marks.push_back(Drawing::Rectangle{.width = 170.5, .height = 96, .corner = 2, .fill = 0xf8f9fa});
    drawing.marks.push_back(Drawing::Stamps{.outline = {{6, 0}, {3, 5.2}, {-3, 5.2}},
                                            .x = {3590, -2600},
                                            .y = {3886, 3315},
                                            .colors = {0xa50f15, 0xffffff},
                                            .stroke_width = 0.4,
                                            .stroke = 0xd0d0d0});
    drawing.marks.push_back(Drawing::Line{.points = {{0, 0}, {1, 1}, {2, 0}}, .color = 0x999999, .width = 0.5});
    drawing.marks.push_back(Drawing::Text{
        .x = 5, .y = 15, .text = "ME Synapses", .anchor = Drawing::Anchor::End, .rotate = -90, .bold = true});
    return drawing;
}

TEST(Drawing, ReadsBackWhatWasWritten) {
    const std::string bytes = encode_value(example());
    EXPECT_EQ(decode_value<Drawing>(bytes), example());
    EXPECT_EQ(drawing_forms(bytes).png_scale, 2);
    EXPECT_TRUE(drawing_forms(bytes).is_pdf);
    EXPECT_EQ(decode_value<Drawing>(encode_value(Drawing{.width = 1, .height = 1})).marks.size(), 0U);
    EXPECT_THROW(drawing_forms(""), Error);
    EXPECT_THROW(drawing_forms("<svg/>........................"), Error);
}

TEST(Drawing, RefusesWhatNobodyCanPaint) {
    EXPECT_NO_THROW(check_drawing(example()));
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const double infinite = std::numeric_limits<double>::infinity();
    const auto stamps = [](Drawing & drawing) -> auto& {
        return std::get<Drawing::Stamps>(drawing.marks[1]);
    };
    const auto line = [](Drawing & drawing) -> auto& {
        return std::get<Drawing::Line>(drawing.marks[2]);
    };
    const auto text = [](Drawing & drawing) -> auto& {
        return std::get<Drawing::Text>(drawing.marks[3]);
    };
    const auto rectangle = [](Drawing & drawing) -> auto& {
        return std::get<Drawing::Rectangle>(drawing.marks[0]);
    };
    const std::vector<std::function<void(Drawing&)>> damages = {
        [&](Drawing& d) { d.width = nan; },
        [&](Drawing& d) { d.height = 0; },
        [&](Drawing& d) { d.height = infinite; },
        [&](Drawing& d) { d.png_scale = 0.2; },
        [&](Drawing& d) { d.png_scale = nan; },
        [&](Drawing& d) { d.title = "a\nb"; },
        [&](Drawing& d) { d.facts[0].first = ""; },
        [&](Drawing& d) { d.facts[0].first = "é"; },
        [&](Drawing& d) { d.facts[0].second = "\xff"; },
        [&](Drawing& d) { stamps(d).x.push_back(1); },
        [&](Drawing& d) { stamps(d).colors[0] = 0x1000000; },
        [&](Drawing& d) { stamps(d).outline.resize(2); },
        [&](Drawing& d) { stamps(d).outline.resize(Drawing::kMostCorners + 1); },
        [&](Drawing& d) { stamps(d).outline[1].y = nan; },
        [&](Drawing& d) { stamps(d).stroke_width = -1; },
        [&](Drawing& d) { rectangle(d).width = -1; },
        [&](Drawing& d) { rectangle(d).corner = infinite; },
        [&](Drawing& d) { rectangle(d).stroke = 0xffffffff; },
        [&](Drawing& d) { line(d).points[0].x = 2e6; },
        [&](Drawing& d) { line(d).width = nan; },
        [&](Drawing& d) { text(d).text = "\xc3"; },
        [&](Drawing& d) { text(d).text = std::string(1, '\0'); },
        [&](Drawing& d) { text(d).text = std::string(5000, 'a'); },
        [&](Drawing& d) { text(d).size = 0; },
        [&](Drawing& d) { text(d).rotate = nan; },
        [&](Drawing& d) { text(d).anchor = static_cast<Drawing::Anchor>(3); },
    };
    for (std::size_t i = 0; i < damages.size(); ++i) {
        Drawing damaged = example();
        damages[i](damaged);
        try {
            decode_value<Drawing>(encode_value(damaged));
            ADD_FAILURE() << "damage " << i << " was taken";
        } catch (const Error& error) {
            EXPECT_EQ(error.fault(), Fault::Input) << i;
        }
    }
}

TEST(Drawing, DamagedBytesAreInputErrorsOrDrawings) {
    Random random(testing::test_seed());
    const std::string good = encode_value(example());
    int refused = 0;
    for (int round = 0; round < 3000 * testing::test_scale(); ++round) {
        std::string bytes = good;
        if (round % 3 == 0) bytes.resize(random.below(bytes.size()));
        for (std::uint64_t i = 0; i < random.below(4) && !bytes.empty(); ++i)
            bytes[random.below(bytes.size())] = static_cast<char>(random.below(256));
        try {
            check_drawing(decode_value<Drawing>(bytes));
        } catch (const Error& error) {
            ASSERT_EQ(error.fault(), Fault::Input) << error.message();
            ++refused;
        }
    }
    EXPECT_GT(refused, 1000);
}

}  // namespace
}  // namespace hone
