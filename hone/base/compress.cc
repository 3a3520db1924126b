#include "hone/base/compress.h"

#include <zstd.h>

#include <memory>

#include "hone/base/error.h"

namespace hone {
namespace {

constexpr std::size_t kSmall = 128 * 1024;  // whose tables are small too, so that each thread can keep them

struct FreeContext {
    void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
    void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};
using Compressor = std::unique_ptr<ZSTD_CCtx, FreeContext>;
using Decompressor = std::unique_ptr<ZSTD_DCtx, FreeContext>;

/// A state that this thread keeps; made anew after a failure. nullptr if there is no memory.
template <class Context, class Make>
typename Context::pointer kept(Context& context, Make make) {
    if (!context) context.reset(make());
    return context.get();
}

}  // namespace

std::optional<std::string> compress_bytes(std::string_view bytes, int level) {
    thread_local Compressor small;
    const Compressor own(bytes.size() > kSmall ? ZSTD_createCCtx() : nullptr);
    ZSTD_CCtx* const context = bytes.size() > kSmall ? own.get() : kept(small, ZSTD_createCCtx);
    if (context == nullptr) return std::nullopt;
    std::string out(ZSTD_compressBound(bytes.size()), '\0');
    const std::size_t size = ZSTD_compressCCtx(context, out.data(), out.size(), bytes.data(), bytes.size(), level);
    if (ZSTD_isError(size) != 0) return std::nullopt;  // there is room for any frame, so only memory can be missing
    out.resize(size);
    return out;
}

std::optional<std::uint64_t> stated_bytes(std::string_view compressed) {
    const unsigned long long size = ZSTD_getFrameContentSize(compressed.data(), compressed.size());
    if (size == ZSTD_CONTENTSIZE_UNKNOWN || size == ZSTD_CONTENTSIZE_ERROR) return std::nullopt;
    return size;
}

void decompress_bytes(std::string_view compressed, std::span<char> out) {
    thread_local Decompressor state;  // making it takes a tenth of the time of a chunk of texts
    ZSTD_DCtx* const context = kept(state, ZSTD_createDCtx);
    if (context == nullptr) fail(Fault::Limit, "no memory for unpacking ", out.size(), " bytes");
    const std::size_t size = ZSTD_decompressDCtx(context, out.data(), out.size(), compressed.data(), compressed.size());
    if (ZSTD_isError(size) != 0)
        fail(Fault::Input, "compressed bytes are damaged: ", std::string_view(ZSTD_getErrorName(size)));
    if (size != out.size()) fail(Fault::Input, "compressed bytes come to ", size, " bytes, expected ", out.size());
}

}  // namespace hone
