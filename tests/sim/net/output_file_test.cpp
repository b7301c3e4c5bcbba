#include "sim/net/output_file.hpp"

#include "tests/catch.hpp"
#include "tests/sim/net/scratch.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <filesystem>
#include <string>

using namespace smtpsim;
using net::put;
using net::Scratch;
using net::text_of;
using Names = std::set<std::string>;

namespace {

/// Why it cannot be written; empty: it was.
std::string refusal(const std::string& path, std::string_view text) {
    const auto written = net::write_output(path, text);
    return written ? "" : written.error().what;
}

} // namespace

TEST_CASE("names of descriptors", "[output]") {
    CHECK(net::named_descriptor("-") == 1);
    CHECK(net::named_descriptor("/dev/stdout") == 1);
    CHECK(net::named_descriptor("/dev/stderr") == 2);
    CHECK(net::named_descriptor("/dev/fd/17") == 17);
    for (const char* const none : {"", "--", "/dev/fd/", "/dev/fd/-1", "/dev/fd/1x", "stdout"})
        CHECK_FALSE(net::named_descriptor(none));
}

TEST_CASE("a descriptor that is named is written to, and stays open", "[output]") {
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    const std::string path = "/dev/fd/" + std::to_string(ends[1]);
    CHECK(refusal(path, "one").empty());
    CHECK(refusal(path, "two").empty());
    std::string read(6, ' ');
    CHECK(::read(ends[0], read.data(), read.size()) == 6);
    CHECK(read == "onetwo");
    ::close(ends[0]);
    ::close(ends[1]);
    CHECK(refusal(path, "x") == path + ": cannot write: Bad file descriptor");
}

TEST_CASE("a regular file is replaced, not written into", "[output]") {
    const Scratch scratch;
    put(scratch / "other", "");
    put(scratch / "report", "an earlier one");
    std::filesystem::create_hard_link(scratch / "report", scratch / "reader's");
    CHECK(refusal(scratch / "report", "new").empty());
    CHECK(text_of(scratch / "report") == "new");
    CHECK(text_of(scratch / "reader's") == "an earlier one");
    CHECK(net::names_in(scratch.path()) == Names{"other", "reader's", "report"});
}

TEST_CASE("a part that is there is left alone", "[output]") {
    const Scratch scratch;
    put(scratch / "victim", "precious");
    std::filesystem::create_symlink(scratch / "victim", scratch / "report.part");
    CHECK(refusal(scratch / "report", "new").empty());
    CHECK(text_of(scratch / "report") == "new");
    CHECK(text_of(scratch / "victim") == "precious");
    CHECK(net::names_in(scratch.path()) == Names{"report", "report.part", "victim"});
}

TEST_CASE("what a symbolic link leads to is written, and the link stays", "[output]") {
    const Scratch scratch;
    if (GENERATE(true, false)) put(scratch / "target", "an earlier one, longer");
    std::filesystem::create_symlink("target", scratch / "link");
    CHECK(refusal(scratch / "link", "new").empty());
    CHECK(std::filesystem::is_symlink(scratch / "link"));
    CHECK(text_of(scratch / "target") == "new");
}

TEST_CASE("a FIFO is written into", "[output]") {
    const Scratch scratch;
    const std::string fifo = scratch / "fifo";
    REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
    const int reader = ::open(fifo.c_str(), O_RDONLY | O_NONBLOCK);
    CHECK(refusal(fifo, "new").empty());
    std::string read(3, ' ');
    CHECK(::read(reader, read.data(), read.size()) == 3);
    CHECK(read == "new");
    ::close(reader);
    CHECK(std::filesystem::is_fifo(fifo));
}

TEST_CASE("a FIFO that nothing reads, a socket and a folder are errors, and stay", "[output]") {
    const Scratch scratch;
    const std::string fifo = scratch / "fifo", socket = scratch / "socket";
    REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
    const int listener = ::socket(AF_UNIX, SOCK_STREAM, 0);
    sockaddr_un address{AF_UNIX, {}};
    socket.copy(address.sun_path, sizeof address.sun_path - 1);
    REQUIRE(::bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    ::close(listener);
    CHECK(refusal(fifo, "x") == fifo + ": cannot write: nothing reads it");
    CHECK(refusal(socket, "x") == socket + ": cannot write: it is a socket");
    CHECK(refusal(scratch.path(), "x") == scratch.path() + ": cannot write: Is a directory");
    CHECK(net::names_in(scratch.path()) == Names{"fifo", "socket"});
}

TEST_CASE("a device is written into", "[output]") {
    CHECK(refusal("/dev/null", "x").empty());
    CHECK(std::filesystem::is_character_file("/dev/null"));
    CHECK(refusal("/dev/full", "x") == "/dev/full: cannot write: No space left on device");
}
