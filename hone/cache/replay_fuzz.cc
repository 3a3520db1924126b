#include <cmath>

#include "hone/base/error.h"
#include "hone/cache/replay.h"

/// The first byte picks the format. Any text is a list of sound requests or refused with Fault::Input and the line;
/// what was read can be replayed, and no ratio leaves 0..1.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace hone;
    if (size == 0) return 0;
    const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
    const RequestsFormat format = data[0] % 2 == 0 ? RequestsFormat::Keys : RequestsFormat::Sized;
    MemoryFiles files;
    files.make_folders("/r");
    write_file(files, "/r/requests", text);
    std::vector<CacheRequest> requests;
    try {
        requests = read_requests(files, "/r/requests", format);
    } catch (const Error& error) {
        check(error.fault() == Fault::Input, "malformed text is Fault::Input");
        check(error.message().find("/r/requests line ") != std::string::npos, "a refusal names file and line");
        return 0;
    }
    for (const CacheRequest& request : requests)
        check(request.weight > 0 && std::isfinite(request.cost) && request.cost >= 0, "a request is sound");
    if (requests.size() > 500) requests.resize(500);
    const std::uint64_t capacities[] = {1 + size % 7, 1000};
    for (const ReplayRow& row : replay(requests, capacities)) {
        for (const double ratio : {row.hit_ratio, row.byte_hit_ratio, row.cost_hit_ratio})
            check(ratio >= 0 && ratio <= 1, "a ratio is in 0..1");
    }
    return 0;
}
