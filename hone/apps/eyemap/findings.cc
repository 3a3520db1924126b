#include "hone/apps/eyemap/findings.h"

#include <utility>

#include "hone/base/error.h"
#include "hone/base/text.h"

namespace hone::eyemap {
namespace {

constexpr std::array<std::string_view, kFindings> kNames = {
    "bad-number",       "missing-field",    "bad-side",
    "unknown-region",   "negative-count",   "coordinate-range",
    "duplicate-column", "outside-universe", "unknown-layer",
    "layer-sum",        "layer-cells",      "cells-without-synapses",
    "unlayered-rows",   "hex-letter",       "not-finite",
    "bad-text",         "name-collision",   "hole",
    "body-conflict",    "outlier",          "one-eye",
    "small-universe",   "constant-map",     "empty-map"};

constexpr std::array<std::string_view, kFindings> kExplanations = {
    "A cell that must hold a whole number from 0 to 2^53 (or a body id up to 2^64 - 1) holds something else; 18, 18.0 "
    "and 1.8e1 are the same number. The map of the row's type, region and side is not drawn. Mend the cell.",
    "A cell that every row needs is empty, the row has another number of fields than the header, or it names no place. "
    "The map of the row's type, region and side is not drawn if these can be read.",
    "The side of a column is L or R, in capitals, and does not contradict a side given with the region, as in ME(R).",
    "The region is not one of those known: ME, LO, LOP and those that the document or --add-region declares. With "
    "--unknown-region skip such rows are left out.",
    "Counts of synapses and cells are never below zero. The map of the row is not drawn.",
    "Hexagonal coordinates lie between -32768 and 32767. Beyond 1000 in size it is only a warning, for such values are "
    "seen in lattices made for measuring but in no eye.",
    "Two rows have the same type, region, side, hex1 and hex2 (and layer). The map is not drawn unless --duplicates "
    "says what to do: sum, first, last or mean. Rows of single cells have no key; identical ones add up, and are told.",
    "A column is not among the existing columns of its region and side. It is drawn on this map all the same "
    "(--outside add), left out (drop), or the map is not drawn (error).",
    "A layer number is above the layers known for the region (a warning: it is listed all the same) or below 1 (an "
    "error; files that count from 0 are read with --legacy layers-from-zero).",
    "The total of a column is not the sum of its layers. The map of all columns shows the total, those of the layers "
    "show the layers.",
    "A layer of a column has more cells than the column has.",
    "A column has synapses but no cell, or cells but no synapse.",
    "Rows without a layer count for the column but for no layer; --unlayered drop leaves them out. Above 5 % of the "
    "rows of a file this is a warning.",
    "A number in a place name such as ME_R_col_1A_0F has a letter, but names are read as decimal. Give --column-base "
    "hex, or auto, which decides for each file.",
    "A number is NaN or infinite. The map of the row is not drawn.",
    "A name has bytes that are not UTF-8, or control characters; they are replaced by U+FFFD.",
    "Two types would get the same file name, or differ only in case; each gets a suffix made of its own name.",
    "A column without data has six neighbours with data: a cell may be missing there, or its proofreading.",
    "A body id comes with two sides of its cell body, or with two types.",
    "A value is far from the median of its neighbours: more than six times as far as usual (1.4826 times the median "
    "absolute deviation).",
    "A column has data in one eye only, although both eyes have the column.",
    "The columns found in the data are fewer than 95 % of those of the built-in list: the data may not be complete. "
    "Give a list of columns as an input, or --universe builtin.",
    "All values of a map are equal, so that its colours say nothing.",
    "A map has no data at all; it is drawn white."};

}  // namespace

std::string finding_id(Finding finding) {
    return cat("eyemap.", kNames[static_cast<std::size_t>(finding)]);
}

std::string finding_number(Finding finding) {
    const int number = static_cast<int>(finding) + 1;
    return cat("EM", number < 10 ? "0" : "", number);
}

Severity usual_severity(Finding finding) {
    switch (finding) {
        case Finding::HexLetter:
        case Finding::NotFinite:
            return Severity::Error;
        case Finding::UnlayeredRows:
        case Finding::NameCollision:
        case Finding::Hole:
        case Finding::Outlier:
        case Finding::OneEye:
        case Finding::ConstantMap:
        case Finding::EmptyMap:
            return Severity::Note;
        default:
            return finding <= Finding::DuplicateColumn ? Severity::Error : Severity::Warning;
    }
}

std::vector<Notice> notices() {
    std::vector<Notice> all;
    for (std::size_t i = 0; i < kFindings; ++i)
        all.push_back({finding_id(static_cast<Finding>(i)),
                       cat(finding_number(static_cast<Finding>(i)), ". ", kExplanations[i])});
    return all;
}

Found found(Finding finding, RowPlace place, std::string column, std::string message) {
    return {finding, usual_severity(finding), place, std::move(column), std::move(message)};
}

bool FindingLog::add(const Found& found) {
    const bool is_raised = is_strict_ && found.severity == Severity::Warning;
    const Severity severity = is_raised ? Severity::Error : found.severity;
    const auto& [label, path] = files_.at(found.place.file);
    issues_.add({.id = finding_id(found.finding),
                 .file = label,
                 .row = static_cast<std::int64_t>(found.place.line),
                 .column = found.column,
                 .severity = severity,
                 .message = found.message});
    if (severity != Severity::Error) return false;
    if (++errors_[found.place.file] > kMostErrors)
        throw Error(Fault::Input, cat("more than ", kMostErrors, " errors, the last in line ", found.place.line, " (",
                                      found.message, "): ", path))
            .with_id(finding_id(found.finding))
            .with_mend("Look at the kind, separator and columns of the file: so many errors are rarely single slips.");
    return true;
}

}  // namespace hone::eyemap
