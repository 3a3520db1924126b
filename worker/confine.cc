#include "worker/confine.h"

#include <fcntl.h>
#include <linux/landlock.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace hone::worker {
namespace {

int landlock_rules = -1;  // of the warm parent, handed down by fork

constexpr std::array kReadable = {"/usr/share/fonts",      "/usr/local/share/fonts", "/etc/fonts",
                                  "/usr/share/fontconfig", "/var/cache/fontconfig",  "/usr/share/poppler",
                                  "/usr/share/ghostscript"};

int landlock_version() {
    return static_cast<int>(::syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION));
}

/// All rights over files that this kernel knows; bits 13 and 14 (refer, truncate) came with versions 2 and 3.
std::uint64_t known_rights(int version) {
    const unsigned bits = version >= 3 ? 15 : version == 2 ? 14 : 13;
    return (1ULL << bits) - 1;
}

void allow_reading(int rules, const char* folder) {
    landlock_path_beneath_attr beneath{};
    beneath.allowed_access = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
    beneath.parent_fd = ::open(folder, O_PATH | O_CLOEXEC);
    if (beneath.parent_fd < 0) return;  // not there: nothing to read
    ::syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &beneath, 0);
    ::close(beneath.parent_fd);
}

bool limit(__rlimit_resource what, rlim_t value, rlim_t hard) {
    const rlimit pair{value, hard};
    return ::setrlimit(what, &pair) == 0;
}

bool limit_resources(const ChildLimits& limits) {
    return limit(RLIMIT_AS, limits.address_bytes, limits.address_bytes) &&
           limit(RLIMIT_CPU, limits.cpu_seconds, limits.cpu_seconds + 1) && limit(RLIMIT_NOFILE, 16, 16) &&
           limit(RLIMIT_FSIZE, 0, 0) && limit(RLIMIT_NPROC, 0, 0) && limit(RLIMIT_CORE, 0, 0);
}

/// Calls that need no argument looked at: they act on memory and on descriptors that are open already.
constexpr std::array kAllowed = {SCMP_SYS(read),
                                 SCMP_SYS(write),
                                 SCMP_SYS(readv),
                                 SCMP_SYS(writev),
                                 SCMP_SYS(pread64),
                                 SCMP_SYS(close),
                                 SCMP_SYS(lseek),
                                 SCMP_SYS(fstat),
                                 SCMP_SYS(newfstatat),
                                 SCMP_SYS(statx),
                                 SCMP_SYS(munmap),
                                 SCMP_SYS(mremap),
                                 SCMP_SYS(brk),
                                 SCMP_SYS(madvise),
                                 SCMP_SYS(futex),
                                 SCMP_SYS(exit),
                                 SCMP_SYS(exit_group),
                                 SCMP_SYS(clock_gettime),
                                 SCMP_SYS(gettimeofday),
                                 SCMP_SYS(getrandom),
                                 SCMP_SYS(rt_sigprocmask),
                                 SCMP_SYS(rt_sigreturn),
                                 SCMP_SYS(getpid),
                                 SCMP_SYS(gettid),
                                 SCMP_SYS(sched_yield),
                                 SCMP_SYS(getdents64),
                                 SCMP_SYS(fstatfs),
                                 SCMP_SYS(access),
                                 SCMP_SYS(faccessat),
                                 SCMP_SYS(readlink),
                                 SCMP_SYS(restart_syscall)};

/// Allows a call where one of its arguments is as `argument` says.
bool allow_if(scmp_filter_ctx filter, int call, const scmp_arg_cmp& argument) {
    return seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, call, 1, &argument) == 0;
}

bool add_rules(scmp_filter_ctx filter) {
    for (const int call : kAllowed)
        if (seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 0) != 0) return false;
    constexpr std::uint64_t kWrites = O_ACCMODE | O_CREAT | O_TRUNC | O_APPEND | (O_TMPFILE & ~O_DIRECTORY);
    const scmp_arg_cmp reads_only{2, SCMP_CMP_MASKED_EQ, kWrites, O_RDONLY};
    const scmp_arg_cmp runs_nothing{2, SCMP_CMP_MASKED_EQ, PROT_EXEC, 0};
    // abort() signals its own process.
    const scmp_arg_cmp is_itself{0, SCMP_CMP_EQ, static_cast<std::uint64_t>(::getpid()), 0};
    // Where Landlock cannot say which files, none is opened.
    return (landlock_rules < 0 || allow_if(filter, SCMP_SYS(openat), reads_only)) &&
           allow_if(filter, SCMP_SYS(mmap), runs_nothing) && allow_if(filter, SCMP_SYS(mprotect), runs_nothing) &&
           allow_if(filter, SCMP_SYS(tgkill), is_itself);
}

/// Every other call fails with EPERM.
bool filter_calls() {
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
    if (filter == nullptr) return false;
    const bool is_loaded = add_rules(filter) && seccomp_load(filter) == 0;
    seccomp_release(filter);
    return is_loaded;
}

}  // namespace

std::string prepare_confinement() {
    std::string offered = "no_new_privs, rlimits, seccomp";
    const int version = landlock_version();
    if (version < 1) return offered;
    landlock_ruleset_attr handled{};
    handled.handled_access_fs = known_rights(version);
    landlock_rules =
        static_cast<int>(::syscall(SYS_landlock_create_ruleset, &handled, sizeof handled.handled_access_fs, 0));
    if (landlock_rules < 0) return offered;
    for (const char* folder : kReadable)
        allow_reading(landlock_rules, folder);
    return offered + ", landlock";
}

bool confine(const ChildLimits& limits) {
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || !limit_resources(limits)) return false;
    if (landlock_rules >= 0) {
        if (::syscall(SYS_landlock_restrict_self, landlock_rules, 0) != 0) return false;
        ::close(landlock_rules);
    }
    return filter_calls();
}

}  // namespace hone::worker
