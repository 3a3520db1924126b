#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hone/apps/invoice/template_data.h"

namespace hone::invoice {

/// Kinds of documents, as profiles and results name them.
const std::vector<std::string>& document_kinds();

/// What is wrong with a word that is none of `known`: "expected a or b, found x, did you mean a".
std::string expected_words(const std::vector<std::string>& known, std::string_view found);

/// The key of a column or sum that somebody may mean by a word that is none: a misspelt key, or the name that fields of
/// documents and other programs have for it ("quantity" for ordered). Nothing if none is near.
std::optional<std::string> meant_column(std::string_view word);
std::optional<std::string> meant_total(std::string_view word);

/// Why a shape is taken for a regular expression; empty if it is not. Signs behind a backslash stand for themselves.
std::string regex_mistake(std::string_view shape);

/// The domain in what people write for one ("https://www.x.de/shop", "@x.de", "post@x.de"); a text without `://`, `@`
/// and `/` comes back without "www.". Nothing if that is no domain. Requires: `text` is as it is compared.
std::optional<std::string> plain_domain(std::string_view text);

/// True for texts that stand on pages of anybody: of fewer than three letters (a sign of Chinese or Japanese counts as
/// two).
bool is_too_short(std::string_view text);

/// Says that a text was expected and what stands there instead: "expected a text, found the truth value false ...".
std::string text_mistake(const Data& found);

}  // namespace hone::invoice
