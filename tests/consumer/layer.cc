// Parts of the layer without the engine: a budgeted cache and an adaptive loop.
#include <vector>

#include "hone/cache/result_cache.h"
#include "hone/parallel/exec.h"

int main() {
    hone::Budget budget("program", std::uint64_t{64} << 20);
    hone::ResultCache cache(budget, {.limit_bytes = std::uint64_t{32} << 20});
    const hone::Key key = hone::KeyBuilder("program", "squares").add("n", "1000").build();

    hone::Pool pool(2);
    const hone::Exec exec({.pool = &pool}, hone::Cancel());
    std::vector<std::uint64_t> squares(1000);
    exec.for_each("squares", squares.size(), [&](std::size_t i) { squares[i] = i * i; });
    cache.put(key.digest, hone::CachedValue::of(std::make_shared<const std::vector<std::uint64_t>>(squares), 8000, {}));

    const auto found = cache.find(key.digest);
    return found && (*found.value->as<std::vector<std::uint64_t>>())[999] == 998001 ? 0 : 1;
}
