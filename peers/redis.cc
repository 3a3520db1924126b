#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cmath>
#include <csignal>
#include <filesystem>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "hone/base/error.h"
#include "hone/base/text.h"
#include "hone/watch/bench.h"
#include "peers/peers.h"
#include "peers/resp.h"

namespace hone::peers {
namespace {

constexpr const char* kServer = "/usr/bin/redis-server";
constexpr const char* kSocket = "redis.sock";
constexpr int kKeys = 1000;
constexpr int kPipelined = 64;

/// A server in the present folder that keeps nothing on disk, listens on a Unix socket only, and ends with this object
/// or this process.
class Server {
public:
    Server() : child_(::fork()) {
        if (child_ < 0) fail_system(errno, "start", kServer);
        if (child_ == 0) become_server();
    }
    ~Server() {
        ::kill(child_, SIGTERM);
        while (::waitpid(child_, nullptr, 0) < 0 && errno == EINTR) {
        }
    }
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    RedisConnection connect() const {
        for (int i = 0; i < 500; ++i) {
            if (auto connection = RedisConnection::open(kSocket)) return *std::move(connection);
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        }
        fail(Fault::System, "the server did not begin to listen within 5 s: ", kServer);
    }

private:
    [[noreturn]] static void become_server() {
        ::prctl(PR_SET_PDEATHSIG, SIGTERM);
        const int log = ::open("redis.log", O_WRONLY | O_CREAT | O_TRUNC, 0600);
        ::dup2(log, STDOUT_FILENO);
        ::dup2(log, STDERR_FILENO);
        ::execl(kServer, "redis-server", "--port", "0", "--unixsocket", kSocket, "--unixsocketperm", "700", "--save",
                "", "--appendonly", "no", "--daemonize", "no", static_cast<char*>(nullptr));
        ::_exit(127);
    }
    pid_t child_;
};

std::string key_of(int i) {
    return cat("hone:", i % kKeys);
}

/// Microseconds of one command, each sent when the one before was answered.
template <class Call>
double single_us(const Call& call) {
    int next = 0;
    return best_ns(5, 2000, [&] { call(next++); }) / 1000;
}

/// The same when some are sent together.
template <class Add, class Take>
double pipelined_us(RedisConnection& connection, const Add& add, const Take& take) {
    int next = 0;
    const double ns = best_ns(5, 60, [&] {
        for (int i = 0; i < kPipelined; ++i)
            add(next + i);
        connection.flush();
        for (int i = 0; i < kPipelined; ++i)
            take();
        next += kPipelined;
    });
    return ns / 1000 / kPipelined;
}

void print_us(const std::string& what, double us, const std::string& size, const std::string& how) {
    print_figure(cat("Redis ", what, " of ", size, ", ", how), std::round(us * 100) / 100, "us",
                 "one connection, Unix socket, nothing on disk");
}

void measure_size(RedisConnection& connection, std::size_t bytes, const std::string& size) {
    const std::string value(bytes, 'x');
    const auto set = [&](int i) {
        check(connection.call({"SET", key_of(i), value}) == "OK", "the server stores a value");
    };
    const auto get = [&](int i) {
        check(connection.call({"GET", key_of(i)}) == value, "the server gives what was stored");
    };
    for (int i = 0; i < kKeys; ++i)
        set(i);
    print_us("SET", single_us(set), size, "one by one");
    print_us("GET", single_us(get), size, "one by one");
    const std::string together = cat(kPipelined, " at a time");
    print_us("SET",
             pipelined_us(
                 connection,
                 [&](int i) {
                     connection.add({"SET", key_of(i), value});
                 },
                 [&] { check(connection.reply() == "OK", "the server stores a value"); }),
             size, together);
    print_us("GET",
             pipelined_us(
                 connection,
                 [&](int i) {
                     connection.add({"GET", key_of(i)});
                 },
                 [&] { check(connection.reply() == value, "the server gives what was stored"); }),
             size, together);
}

}  // namespace

void measure_redis(const Path& folder) {
    if (::access(kServer, X_OK) != 0) {
        print_figure("Redis", 0, "", cat("not measured: no ", kServer));
        return;
    }
    std::filesystem::current_path(folder);  // the path of a socket must be short
    const Server server;
    RedisConnection connection = server.connect();
    measure_size(connection, 100, "100 B");
    measure_size(connection, 4096, "4 KiB");
}

}  // namespace hone::peers
