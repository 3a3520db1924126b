// The task `propose` through the engine, on text documents.
#include "hone/apps/invoice/propose_task.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "hone/apps/invoice/correction_rules.h"
#include "hone/apps/invoice/corrections.h"
#include "hone/apps/invoice/extract_options.h"
#include "hone/apps/invoice/invoice.h"
#include "hone/apps/invoice/layout_pages.h"
#include "hone/apps/invoice/profile_set.h"
#include "hone/apps/invoice/read_document.h"
#include "hone/base/random.h"
#include "hone/base/text.h"
#include "hone/engine/engine.h"
#include "hone/testing/temporary_folder.h"

namespace hone::invoice {
namespace {

std::string acme(const std::string& number, const std::string& day, const std::string& code) {
    return cat(
        "ACME Tools Ltd                       www.acme-tools.example\n\n"
        "Belegnr: ",
        number, "                     Belegdatum: ", day,
        "\n\n"
        "Stk        Nr          Was                 Einzeln     Zusammen\n"
        "3          ",
        code,
        "1      Hammer              10.00       30.00\n"
        "2          ",
        code,
        "2      Anvil               50.00       100.00\n\n"
        "Alles zusammen                                         130.00\n");
}

constexpr const char* kOther =
    "Bolt Brothers Inc.\n\nInvoice No: 4711          Date: 2024-03-04\n\n"
    "Qty   Code     Description       Price   Amount\n"
    "2     AB1234   Bolts             1.00    2.00\n\n"
    "Total                                    2.00\n";

/// A template that takes the net amount for the total.
constexpr const char* kTemplate =
    "issuer: Netto GmbH\nkeywords: [Netto GmbH]\nfields:\n  amount: Net\\s+([\\d.]+)\n"
    "  invoice_number: Number\\s+(\\w+)\n  date: Date\\s+(\\S+)\n";
std::string netto(const std::string& number, const std::string& total) {
    return cat("Netto GmbH\nNumber ", number, "\nDate 2024-05-06\nNet   100.00\nGross   ", total, "\n");
}

class Propose : public ::testing::Test {
protected:
    Propose() {
        write("in/acme1.txt", acme("Z-77013", "06.02.2024", "K-100"));
        write("in/acme2.txt", acme("Z-77026", "11.02.2024", "K-200"));
        write("in/other.txt", kOther);
        options_.paths = {folder_.path() / "in"};
    }

    void write(const std::string& name, const std::string& text) {
        const Path path = folder_.path() / name;
        real_files().make_folders(path.parent_path());
        write_file(real_files(), path, text);
    }

    /// Runs the task with rows of file,field,line,corrected.
    std::shared_ptr<const Outputs> run(const std::string& rows) {
        write("c.csv", cat("file,field,line,corrected\n", rows));
        options_.corrections = folder_.path() / "c.csv";
        EngineOptions engine;
        engine.threads = 1;
        engine.cache_folder = folder_.path() / "cache";
        const Result result = Engine(engine).run(app(), "propose", options_);
        issues_ = result.outputs->issues();
        return result.outputs;
    }

    static std::vector<std::string> column(const Outputs& outputs, const char* name) {
        std::vector<std::string> out;
        const Table& table = *outputs.find("proposals")->table;
        for (std::size_t row = 0; row < table.rows(); ++row)
            table.column(name).append_text(out.emplace_back(), row);
        return out;
    }

    static std::string text(const Outputs& outputs, const char* name) {
        const Artifact* artifact = outputs.find(name);
        return artifact == nullptr ? "" : std::string(artifact->blob->bytes());
    }

    testing::TemporaryFolder folder_;
    ExtractOptions options_;
    IssueList issues_;
};

TEST_F(Propose, ProfileOfAVendorThatNobodyKnows) {
    const auto outputs =
        run("acme1.txt,vendor,,ACME Tools "
            "Ltd\nacme1.txt,number,,Z-77013\nacme1.txt,invoice_date,,2024-02-06\nacme1.txt,total,,130\n"
            "acme1.txt,product_code,,K-1001\nacme1.txt,qty_ordered,,3\nacme1.txt,unit_price,,10\n"
            "acme1.txt,extended,,30.00\nacme1.txt,description,,Hammer\n");
    const std::vector<std::string> states = column(*outputs, "state");
    EXPECT_EQ(states.front(), "right");  // the vendor, which is only confirmed
    EXPECT_TRUE(
        std::all_of(states.begin() + 1, states.end(), [](const std::string& one) { return one == "accepted"; }));
    EXPECT_EQ(column(*outputs, "change")[1], "number.labels + belegnr");
    // What was learnt of one document reads the other.
    const TemplateText file{"acme.yml", text(*outputs, "profiles/acme-tools-ltd"), false};
    const ProfileSet set = load_profile_texts({&file, 1});
    EXPECT_TRUE(set.warnings.empty());
    const Document read = read_document(layout_pages(acme("Z-77026", "11.02.2024", "K-200")), set.profiles);
    EXPECT_EQ(read.vendor.value, "ACME Tools Ltd");
    EXPECT_EQ(read.number.value, "Z-77026");
    EXPECT_EQ(iso_text(*read.invoice_date.value), "2024-02-11");
    EXPECT_EQ(read.total.value, parse_money("130.00"));
    ASSERT_EQ(read.lines.size(), 2);
    EXPECT_EQ(read.lines[1].product_code.value, "K-2002");
    EXPECT_EQ(read.lines[1].description.value, "Anvil");
}

TEST_F(Propose, NothingIsProposedForWhatIsRight) {
    const auto outputs = run("other.txt,number,,4711\nother.txt,unit_price,1,1.0\n");
    EXPECT_EQ(column(*outputs, "state"), (std::vector<std::string>{"right", "right"}));
    EXPECT_EQ(outputs->artifacts().size(), 2);  // no profile and no template
}

TEST_F(Propose, WhatStandsOnNoPageStaysOpen) {
    const auto outputs = run("acme1.txt,number,,Q-1\nacme1.txt,ship_to,,ACME Tools Ltd\n");
    EXPECT_EQ(column(*outputs, "state"), (std::vector<std::string>{"none", "none"}));
    EXPECT_EQ(column(*outputs, "reason")[0], "the value stands on no page as it was written");
    EXPECT_NE(column(*outputs, "reason")[1].find("no rule"), std::string::npos);
    EXPECT_EQ(outputs->find("profiles/acme-tools-ltd"), nullptr);
}

TEST_F(Propose, ChangesThatHarmOthersAreRefused) {
    // The label of the wanted number stands before another, right number in the other document of the vendor.
    write("in/acme1.txt", "ACME Tools Ltd\nCase: A-500   Invoice No: 7001\n");
    write("in/acme2.txt", "ACME Tools Ltd\nCase: A-501   Invoice No: 7002\n");
    const auto outputs = run("acme1.txt,number,,A-500\nacme1.txt,vendor,,ACME Tools Ltd\n");
    EXPECT_EQ(column(*outputs, "state")[0], "refused");
    const std::string reason = column(*outputs, "reason")[0];
    EXPECT_NE(reason.find("acme2.txt: number would be A-501, not 7002"), std::string::npos) << reason;
    EXPECT_EQ(outputs->artifacts().size(), 2);  // no profile and no template
}

TEST_F(Propose, PatternsOfTemplates) {
    write("in/n1.txt", netto("N1", "119.00"));
    write("in/n2.txt", netto("N2", "107.00"));
    write("t/netto.yml", kTemplate);
    options_.templates = {folder_.path() / "t"};
    const auto outputs = run("n1.txt,total,,119\n");
    ASSERT_EQ(column(*outputs, "state")[0], "refused") << "n2 reads 100.00, which nobody corrected";
    const auto both =
        run("n1.txt,total,,119\nn2.txt,total,,107.00\nn1.txt,vendor,,Netto AG\nn2.txt,vendor,,Netto AG\n");
    for (const std::string& state : column(*both, "state"))
        EXPECT_EQ(state, "accepted") << column(*both, "reason")[0];
    const TemplateText changed{"netto.yml", text(*both, "templates/netto"), false};
    const TemplateSet set = load_template_texts({&changed, 1});
    ASSERT_EQ(set.templates.size(), 1);
    const std::string page = netto("N3", "111.00");
    const TemplateExtraction made = extract_with_template(set, {page, {}, TemplateReader::Text});
    ASSERT_TRUE(made.output);
    EXPECT_EQ(python_text(*made.output->find("amount")), "111.0");
    EXPECT_EQ(python_text(*made.output->find("invoice_number")), "N3");
    EXPECT_EQ(python_text(*made.output->find("issuer")), "Netto AG");
}

TEST_F(Propose, ChangesOfAGivenProfileKeepWhatItHas) {
    write(
        "p/acme.yml",
        "name: acme\nvendor: ACME\nextends: generic\ndetect: {any_text: [acme tools]}\nnumber: {labels: [Belegnr]}\n");
    options_.profiles = {folder_.path() / "p"};
    const auto outputs = run("acme1.txt,total,,130.00\nacme1.txt,number,,Z-77013\nacme1.txt,vendor,,ACME\n");
    EXPECT_EQ(column(*outputs, "state"), (std::vector<std::string>{"accepted", "right", "right"}));
    const std::string changed = text(*outputs, "profiles/acme");
    for (const char* part : {"vendor: ACME\n", "belegnr", "alles zusammen"})
        EXPECT_NE(to_lower(changed).find(to_lower(part)), std::string::npos) << changed;
}

TEST_F(Propose, RowsThatSayNothingAreTold) {
    run("nobody.txt,number,,1\nacme1.txt,colour,,red\nacme1.txt,total,,lots\nacme1.txt,invoice_date,,02/03/2024\n"
        "acme1.txt,number,,\n");
    EXPECT_EQ(issues_.count("invoice.correction-skipped"), 4);
}

TEST_F(Propose, AGuessedVendorIsNoVendor) {
    const auto outputs = run("acme1.txt,number,,Z-77013\n");
    EXPECT_EQ(column(*outputs, "state")[0], "none");
    EXPECT_NE(column(*outputs, "reason")[0].find("guessed from the first line"), std::string::npos);
    // Said of one document it holds for the other.
    const auto both = run("acme1.txt,number,,Z-77013\nacme2.txt,vendor,,ACME Tools Ltd\n");
    EXPECT_EQ(column(*both, "state")[0], "accepted") << column(*both, "reason")[0];
}

TEST_F(Propose, NamesOfProfilesAreNew) {
    write("in/acme1.txt", "Rifle Range Co\nBelegnr: Z-77013   \n");
    const auto outputs = run("acme1.txt,number,,Z-77013\nacme1.txt,vendor,,Rifle\n");
    EXPECT_EQ(outputs->find("profiles/rifle"), nullptr);  // five letters tell nothing, and the name is built in
    write("in/acme1.txt", "Generic Trading House\nBelegnr: Z-77013   \n");
    const auto other = run("acme1.txt,number,,Z-77013\nacme1.txt,vendor,,Generic Trading House\n");
    EXPECT_NE(other->find("profiles/generic-trading-house"), nullptr);
}

TEST_F(Propose, AMisjudgedVendorGetsAProfileOfItsOwn) {
    // The recipient has a built-in profile.
    write("in/acme1.txt", "Northwind Packaging LLC\nBill to: Creative Co-Op\nBelegnr: Z-77013\n");
    const auto outputs = run("acme1.txt,vendor,,Northwind Packaging LLC\nacme1.txt,number,,Z-77013\n");
    EXPECT_EQ(column(*outputs, "state"), (std::vector<std::string>{"accepted", "accepted"}));
    EXPECT_EQ(column(*outputs, "target")[1], "profile northwind-packaging-llc");
    EXPECT_EQ(outputs->find("profiles/creative-coop"), nullptr);
}

TEST_F(Propose, OtherInvoicesOfTheSameFileCount) {
    const auto page = [](const std::string& number, const std::string& day, const std::string& sent) {
        return cat("Bolt Brothers Inc.\nInvoice No: ", number, "   Date: ", day, "   Sent: ", sent, "\nTotal 5.00\n\f");
    };
    write("in/other.txt", page("4711", "2024-03-04", "2024-03-01") + page("4712", "2024-03-05", "2024-03-02"));
    const auto outputs = run("other.txt,vendor,,Bolt Brothers Inc.\nother.txt,invoice_date,,2024-03-01\n");
    EXPECT_EQ(column(*outputs, "state")[1], "refused") << column(*outputs, "reason")[1];
}

TEST_F(Propose, PositionsAndQuantitiesOfOneAreToldApart) {
    write("in/acme1.txt",
          "ACME Tools Ltd\nBelegnr: Z-77013\n\n"
          "Regel  Artikelcode  Omschrijf        Stuks     Stukprijs      Som\n"
          "1      KM-410       Bureaustoel      1         149.00         149.00\n"
          "2      KM-500       Lamp             2         20.00          40.00\n\n"
          "Total                                                         189.00\n");
    const auto outputs =
        run("acme1.txt,vendor,,ACME Tools Ltd\nacme1.txt,product_code,,KM-410\nacme1.txt,qty_ordered,,1\n"
            "acme1.txt,description,,Bureaustoel\nacme1.txt,extended,,149\n");
    const std::vector<std::string> states = column(*outputs, "state");
    EXPECT_TRUE(std::all_of(states.begin() + 1, states.end(), [](const std::string& one) { return one == "accepted"; }))
        << text(*outputs, "profiles/acme-tools-ltd") << join(column(*outputs, "reason"), "\n");
    const TemplateText file{"acme.yml", text(*outputs, "profiles/acme-tools-ltd"), false};
    const Document read = read_document(layout_pages(read_file(real_files(), folder_.path() / "in/acme1.txt")),
                                        load_profile_texts({&file, 1}).profiles);
    ASSERT_EQ(read.lines.size(), 2);
    EXPECT_EQ(read.lines[1].product_code.value, "KM-500");
    EXPECT_EQ(read.lines[1].ordered.value, parse_money("2"));
}

TEST_F(Propose, OneCreditNoteMakesNoVendorOfCreditNotes) {
    write("in/acme1.txt", "ACME Tools Ltd\nInvoice No: 77013\nTotal 5.00\n");
    const auto outputs = run("acme1.txt,vendor,,ACME Tools Ltd\nacme1.txt,kind,,credit_note\n");
    const std::string profile = text(*outputs, "profiles/acme-tools-ltd");
    EXPECT_EQ(profile.find("kind: credit_note"), std::string::npos) << profile;
}

TEST_F(Propose, AlternativesOfATemplateStay) {
    write("in/n1.txt", "Netto GmbH\nBeleg N1\nDate 2024-05-06\nNet   100.00\n");
    write("t/netto.yml",
          "issuer: Netto GmbH\nkeywords: [Netto GmbH]\nfields:\n  amount: Net\\s+([\\d.]+)\n"
          "  invoice_number:\n    parser: regex\n    regex: ['Number\\s+(\\w+)', 'Nummer\\s+(\\w+)']\n"
          "  date: Date\\s+(\\S+)\nrequired_fields: [amount]\n");
    options_.templates = {folder_.path() / "t"};
    const auto outputs = run("n1.txt,number,,N1\n");
    ASSERT_EQ(column(*outputs, "state")[0], "accepted") << column(*outputs, "reason")[0];
    const std::string changed = text(*outputs, "templates/netto");
    for (const char* part : {"Number", "Nummer", "Beleg", "parser: regex"})
        EXPECT_NE(changed.find(part), std::string::npos) << changed;
}

TEST_F(Propose, FilesOfOneNameEndNoRun) {
    for (const char* folder : {"t/a", "t/b"})
        write(cat(folder, "/netto.yml"), std::string(kTemplate) + (folder[2] == 'a' ? "" : "priority: 1\n"));
    write("in/n1.txt", netto("N1", "119.00"));
    options_.templates = {folder_.path() / "t"};
    const auto outputs = run("n1.txt,total,,119\n");
    EXPECT_EQ(column(*outputs, "state")[0], "accepted") << column(*outputs, "reason")[0];
}

TEST_F(Propose, RowsThatContradictEachOtherDoNotCount) {
    const auto outputs = run("other.txt,number,,4711\nother.txt,number,,4712\nother.txt,total,,EUR 2.00\n");
    EXPECT_EQ(column(*outputs, "field"), std::vector<std::string>{"total"});
    EXPECT_EQ(issues_.count("invoice.correction-skipped"), 2);
}

TEST_F(Propose, WhatIsAcceptedComesTrueWhateverIsCorrected) {
    Random random(testing::test_seed());
    const std::string page = acme("Z-77013", "06.02.2024", "K-100");
    std::vector<std::string> words;
    for (const std::string& line : split(page, '\n'))
        for (std::string& word : split(line, ' '))
            if (!word.empty()) words.push_back(std::move(word));
    const std::vector<std::string> fields = {"number",       "customer_po", "invoice_date", "kind",    "total",
                                             "product_code", "unit_price",  "description",  "subtotal"};
    std::size_t accepted = 0;
    for (int round = 0; round < 30; ++round) {
        std::string rows = "acme1.txt,vendor,,ACME Tools Ltd\n";
        for (std::uint64_t left = 1 + random.below(4); left > 0; --left)
            rows += cat("acme1.txt,", fields[random.below(fields.size())], ",,\"", words[random.below(words.size())],
                        "\"\n");
        const auto outputs = run(rows);
        const auto states = column(*outputs, "state"), names = column(*outputs, "field"),
                   wanted = column(*outputs, "corrected");
        for (std::size_t i = 0; i < states.size(); ++i) {
            if (states[i] != "accepted" || is_line_field(names[i])) continue;
            ++accepted;
            std::vector<TemplateText> files;
            for (const Artifact& artifact : outputs->artifacts())
                if (artifact.blob)
                    files.push_back({artifact.name + ".yml", std::string(artifact.blob->bytes()), false});
            const ProfileSet set = load_profile_texts(files);
            EXPECT_TRUE(set.warnings.empty());
            EXPECT_EQ(field_text(read_document(layout_pages(page), set.profiles), names[i]), wanted[i]) << rows;
        }
    }
    EXPECT_GT(accepted, 0);
}

TEST(CorrectionRules, ShapesAndPatterns) {
    EXPECT_EQ(shape_of("Z-77013", true), "\\Z-9+");
    EXPECT_EQ(shape_of("HX1234A", false), "AA9+A");
    EXPECT_EQ(shape_of("a?1", false), "\\a\\?9");
    for (const char* text : {"Z-77013", "HX1234A", "a?1+\\", "9", "AB/12.3"})
        for (const bool keeps_letters : {true, false})
            EXPECT_TRUE(has_shape(text, shape_of(text, keeps_letters))) << text;
    const std::vector<std::string> words = {"Total", "(net):"};
    EXPECT_EQ(pattern_for(words, "12.00", FieldForm::Number), R"(Total\s+\(net\):\s*[:.#=\-]?\s*(-?[\d.,]+))");
    EXPECT_EQ(pattern_for({}, "3 May 2024", FieldForm::Day), R"((\d+\s+[A-Za-z]+\s+\d+))");
}

}  // namespace
}  // namespace hone::invoice
