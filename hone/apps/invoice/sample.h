#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "hone/apps/invoice/sample_pages.h"
#include "hone/engine/task.h"

namespace hone::invoice {

/// What samples to write.
struct SampleOptions {
    std::string kind = "A";
    std::int64_t lines = 20;  ///< of each document
    std::int64_t start = 1;   ///< of the random source; the next document has the next number
    std::int64_t count = 1;   ///< documents
    std::vector<std::string> damage;
};

/// Takes a file: its name ("A-7.pdf"), media type and bytes.
using SampleSink = std::function<void(const std::string& name, std::string_view media_type, std::string_view bytes)>;

/// Takes what is true of a document; `name` is that of its PDF.
using SampleTruth = std::function<void(const std::string& name, const Document& truth)>;

/// The bytes of the PDF of a sample, with the damages that concern the file as a whole.
std::string sample_pdf(const Sample& sample, const SampleDamage& damage);

/// Writes for each document KIND-START.pdf and KIND-START.json, its truth, and for kind G KIND-START.yml, a template
/// that reads it; KIND-START-second.json where a second document follows in the same file. Equal options give equal
/// bytes. `tell`, if there is one, gets the truth of each. Returns how many pages were written.
std::size_t write_sample(const SampleOptions& options, const SampleSink& sink, const SampleTruth& tell = {});

/// The task `sample`.
Task sample_task();

}  // namespace hone::invoice
