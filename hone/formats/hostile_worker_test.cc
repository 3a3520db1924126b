#include <gtest/gtest.h>
#include <sys/stat.h>

#include "hone/formats/document_reader.h"
#include "hone/testing/temporary_folder.h"

// What hone does when the process that reads documents has been taken over: these workers speak the frames by hand.

namespace hone {
namespace {

constexpr const char* kSpeech = R"(#!/usr/bin/python3
import array, os, socket, struct
control = socket.socket(fileno=3)
while True:
    head, extra, _, _ = control.recvmsg(24, 64)
    if not head:
        break
    if not extra:
        continue
    descriptors = array.array("i")
    descriptors.frombytes(extra[0][2])
    peer = socket.socket(fileno=descriptors[1])
    os.close(descriptors[0])
    name = head[8:24]
    def frame(kind, payload, flags=0, length=None):
        return struct.pack("<IHH", len(payload) if length is None else length, kind, flags) + name + payload
    def text(value):
        return struct.pack("<Q", len(value)) + value
    def page(number, layout=b"hello\n\f"):
        return frame(19, struct.pack("<Iff", number, 612, 792) + text(layout) + b"\0\1\0" + bytes(16) + text(b"") + struct.pack("<Q", 0))
    def info(pages):
        return frame(17, struct.pack("<I", pages) + b"\0")
    done = frame(22, b"")
    open_frame = peer.recv(65536)
    try:
)";

/// A reader whose worker answers each child's job with these lines of Python.
class HostileWorker : public ::testing::Test {
protected:
    void answer_with(std::string_view lines, std::uint32_t allowed_ms = 20'000) {
        std::string script = kSpeech;
        script += "        ";
        for (const char c : lines)
            script += c == '\n' ? std::string("\n        ") : std::string(1, c);
        script += "\n    except OSError:\n        pass\n    peer.close()\n";
        const Path path = folder_.write("worker", script);
        ::chmod(path.c_str(), 0700);
        reader_ = make_document_reader(path.string(), 1, {.document_ms = allowed_ms, .page_ms = 0, .ocr_page_ms = 0});
    }
    /// Codes of pages ("ok" for good ones), or of the failure.
    std::string read(const Cancel& cancel = Cancel()) {
        std::string codes;
        DocumentInfo info;
        DocumentRequest request{"%PDF-1.7"};
        request.log = Logger(id_);
        const auto failure = reader_->read(
            request, info,
            [&](DocumentPage&& page) {
                layout_ = page.layout;
                codes += cat(page.number, page.failure.empty() ? "ok" : page.failure, " ");
                if (stops_after_page_) cancel.request();
            },
            cancel);
        message_ = failure ? failure->message : "";
        return failure ? failure->code : codes;
    }
    testing::TemporaryFolder folder_;
    std::unique_ptr<DocumentReader> reader_;
    std::string message_;
    std::string layout_;  ///< of the last page
    CorrelationId id_;
    bool stops_after_page_ = false;
};

TEST_F(HostileWorker, HonestAnswerIsTaken) {
    answer_with("peer.sendall(info(2) + page(1) + page(2) + done)");
    EXPECT_EQ(read(), "1ok 2ok ");
}

TEST_F(HostileWorker, EveryFrameCarriesTheIdOfTheRun) {
    constexpr CorrelationId kId = {0x0123456789ABCDEF, 0xFEDCBA9876543210};
    id_ = kId;
    answer_with(
        "given = struct.unpack('<QQ', name)\n"
        "opened = struct.unpack('<QQ', open_frame[8:24])\n"
        "said = ' '.join('%016x%016x' % ids for ids in (given, opened)).encode()\n"
        "peer.sendall(info(1) + page(1, said) + done)");
    EXPECT_EQ(read(), "1ok ");
    EXPECT_EQ(layout_, cat(kId.hex(), ' ', kId.hex()));
}

TEST_F(HostileWorker, NonsenseIsACrashOfTheWorker) {
    for (const char* lines : {
             "peer.sendall(os.urandom(5000))",
             "peer.sendall(page(1))",                                 // before the facts
             "peer.sendall(info(0))",                                 // no pages
             "peer.sendall(info(4000000000))",                        // too many
             "peer.sendall(frame(17, b'', length=0x7fffffff))",       // longer than a frame may be
             "peer.sendall(frame(17, b'\\1\\0\\0\\0\\0', flags=1))",  // flags
             "peer.sendall(frame(21, struct.pack('<I', 0) + text(b'owned') + text(b'')))",  // no code of a failure
             "peer.sendall(done)",
             "name = b'x' * 16\npeer.sendall(info(1) + page(1) + done)",  // of another document
         }) {
        answer_with(lines);
        EXPECT_EQ(read(), "worker_crashed") << lines;
        EXPECT_NE(message_, "");
    }
}

TEST_F(HostileWorker, PagesOutOfTurnAreLost) {
    answer_with("peer.sendall(info(2) + page(2) + done)");
    EXPECT_EQ(read(), "1worker_crashed 2ok ") << "the second child is asked for the second page";
    answer_with("peer.sendall(info(9) + page(1) + page(1))");
    EXPECT_EQ(read(),
              "1ok 2worker_crashed 3worker_crashed 4worker_crashed 5worker_crashed 6worker_crashed "
              "7worker_crashed 8worker_crashed 9worker_crashed ");
    answer_with("peer.sendall(info(1) + page(1) + frame(20, struct.pack('<II', 1, 1) + b'x') + done)");
    EXPECT_EQ(read(), "1ok ") << "pixels that nobody asked for end the reading, and everything was read";
}

TEST_F(HostileWorker, OneThatSaysNothingIsKilledInTime) {
    answer_with("peer.recv(1)", 300);
    EXPECT_EQ(read(), "timeout");
    answer_with("peer.sendall(info(1))\npeer.recv(1)", 1500);
    EXPECT_EQ(read(), "1timeout ") << "unless it took longer to start";
}

TEST_F(HostileWorker, StoppingDoesNotWaitForIt) {
    answer_with("peer.sendall(info(2) + page(1))\npeer.recv(1)");
    stops_after_page_ = true;
    try {
        read();
        ADD_FAILURE() << "expected to be stopped";
    } catch (const Error& error) {
        EXPECT_EQ(error.fault(), Fault::Cancelled);
    }
}

TEST_F(HostileWorker, OneThatEndsAtOnceIsNamed) {
    const Path path = folder_.write("worker", "#!/bin/sh\nexit 3\n");
    ::chmod(path.c_str(), 0700);
    reader_ = make_document_reader(path.string(), 1);
    EXPECT_EQ(read(), "worker_crashed");
}

}  // namespace
}  // namespace hone
