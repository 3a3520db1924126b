#include "hone/cli/figures.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "hone/formats/drawing.h"

namespace hone::cli {
namespace {

std::vector<Rendition> forms_of_drawings(const Settings& settings, Budget& budget) {
    std::vector<Rendition> forms = figure_forms(settings, budget);
    forms.erase(
        std::remove_if(forms.begin(), forms.end(), [](const Rendition& form) { return form.from != Drawing::kMedia; }),
        forms.end());
    return forms;
}

TEST(FigureForms, DrawingsSayInWhichFormsTheyAreWanted) {
    Settings settings;
    settings.set("raster", "/nowhere/libhone_raster.so", "test");
    Budget budget("test");
    const std::vector<Rendition> forms = forms_of_drawings(settings, budget);
    ASSERT_EQ(forms.size(), 2U) << "without any word of --figures";
    EXPECT_EQ(forms[0].to, "image/png");
    EXPECT_EQ(forms[1].to, "application/pdf");
    Drawing drawing{.width = 10, .height = 10};
    for (const double scale : {0.0, 2.0}) {
        for (const bool is_pdf : {false, true}) {
            drawing.png_scale = scale;
            drawing.is_pdf = is_pdf;
            const std::string bytes = encode_value(drawing);
            EXPECT_EQ(forms[0].is_wanted(bytes), scale > 0);
            EXPECT_EQ(forms[1].is_wanted(bytes), is_pdf);
        }
    }
    for (const Rendition& form : forms) {
        EXPECT_TRUE(form.is_instead);
        EXPECT_THROW(form.is_wanted("no drawing"), Error);
        try {
            form.render(encode_value(drawing));
            ADD_FAILURE() << "what draws is absent";
        } catch (const Error& error) {
            EXPECT_EQ(error.fault(), Fault::System);
            EXPECT_EQ(error.id(), "raster.missing");
        }
    }
}

}  // namespace
}  // namespace hone::cli
