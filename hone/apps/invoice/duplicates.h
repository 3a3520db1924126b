#pragma once
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hone/apps/invoice/model.h"
#include "hone/formats/document_reader.h"

namespace hone::invoice {

/// A name as it is compared: letters and digits in lower case ("Creative Co-Op" = "CREATIVE CO OP").
std::string comparable_name(std::string_view name);
/// A number as it is compared: in upper case without blanks and a leading '#'.
std::string comparable_number(std::string_view number);

/// A hash over the text of pages: lower case, every run of white space one blank. Empty for texts with less than 20
/// letters and digits, which say too little.
std::string text_fingerprint(std::span<const DocumentPage> pages);
std::string text_fingerprint(std::string_view text);

/// What tells a document from others, and no more: for runs of many documents.
struct DocumentIdentity {
    std::string file;
    std::uint32_t page = 0;   ///< the first in its file; 0 if it has none
    std::string identity;     ///< of vendor, kind, number and total; empty if one of them is missing
    std::string fingerprint;  ///< of its text; may be empty
};
DocumentIdentity identity_of(const Document& document, std::string fingerprint = {});

/// Which of equal documents counts: the first by file name, then by page, whatever their order; or the first as given.
enum class FirstOne : std::uint8_t { ByFile, AsGiven };

/// Two documents that seem to be one.
struct Duplicate {
    std::size_t document = 0;  ///< index
    std::size_t first = 0;     ///< index of the one that counts
    std::string reason;        ///< "same vendor, number and total", "same text"
};

/// Documents that repeat another: of equal vendor, kind, number and total, or of equal fingerprint that is not empty.
/// Documents without vendor, number or total are compared by their text only. `fingerprints` belong to the documents
/// one by one, or are none at all. In the order of the documents; which ones are found does not depend on
/// that order, nor, by file, which one counts, unless file and first page are equal too.
std::vector<Duplicate> find_duplicates(std::span<const Document> documents,
                                       std::span<const std::string> fingerprints = {},
                                       FirstOne first = FirstOne::ByFile);
std::vector<Duplicate> find_duplicates(std::span<const DocumentIdentity> documents, FirstOne first = FirstOne::ByFile);

/// Adds the failed check "duplicate-document" to each document that has a duplicate, also to the one that counts; its
/// detail says why and names the other file, or the first three of them. The status stays as it is.
void flag_duplicates(std::span<const Duplicate> duplicates, std::span<Document> documents);

}  // namespace hone::invoice
