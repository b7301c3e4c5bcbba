#include "tests/serial/endpoint/listening.hpp"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <fstream>

using namespace smtpsim;
using namespace smtpsim::endpoint;
using namespace std::string_literals;

namespace {

struct Modem {
    explicit Modem(Result<std::unique_ptr<Endpoint>> opened) {
        REQUIRE(opened.has_value());
        endpoint = std::move(*opened);
        endpoint->start(events);
    }
    Listening events;
    std::unique_ptr<Endpoint> endpoint;
};

Terminal connected(const sockaddr* address, socklen_t size) {
    const int file = ::socket(address->sa_family, SOCK_STREAM, 0);
    REQUIRE(::connect(file, address, size) == 0);
    REQUIRE(::fcntl(file, F_SETFL, O_NONBLOCK) == 0);
    return Terminal{file};
}

Terminal connect_unix(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    return connected(reinterpret_cast<const sockaddr*>(&address), sizeof address);
}

Terminal connect_tcp(const std::string& name) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port =
        htons(static_cast<std::uint16_t>(std::stoi(name.substr(name.rfind(':') + 1))));
    return connected(reinterpret_cast<const sockaddr*>(&address), sizeof address);
}

const net::Address any_port{"127.0.0.1", 0};

std::string option(const std::string& parameters) {
    return "\xFF\xFA\x2C" + parameters + "\xFF\xF0";
}

} // namespace

TEST_CASE("a Unix socket is a stream of nothing but octets", "[unix]") {
    const Folder folder;
    const std::string path = folder.file("modem");
    Modem modem{open_unix(context, path)};
    CHECK(modem.endpoint->name() == "unix:" + path);
    CHECK(modem.endpoint->capabilities() == Capabilities{.dtr = true});
    struct stat status {};
    REQUIRE(::stat(path.c_str(), &status) == 0);
    CHECK((status.st_mode & 0777) == 0600);

    Terminal terminal = connect_unix(path);
    terminal.write("AT\xFF\r\0"s);
    CHECK(soon([&] { return modem.events.received == "AT\xFF\r\0"s; }));
    modem.endpoint->set_lines({.dcd = true});
    modem.endpoint->hang_up();
    modem.endpoint->send("OK\xFF\r\n");
    CHECK(soon([&] { return terminal.read() == "OK\xFF\r\n"; }));
    terminal.close();
    CHECK(soon([&] { return !modem.events.open; }));
    CHECK(modem.events.in_order == "<opened><dtr>AT\xFF\r\0<no dtr><closed>"s);
}

TEST_CASE("the mode of a Unix socket is as asked, whatever the umask", "[unix]") {
    const Folder folder;
    const mode_t before = ::umask(077);
    Modem modem{open_unix(context, folder.file("modem"), 0666)};
    ::umask(before);
    struct stat status {};
    REQUIRE(::stat(folder.file("modem").c_str(), &status) == 0);
    CHECK((status.st_mode & 0777) == 0666);
}

TEST_CASE("a second terminal waits until the first has gone", "[unix]") {
    const Folder folder;
    Modem modem{open_unix(context, folder.file("modem"))};
    Terminal first = connect_unix(folder.file("modem"));
    first.write("1");
    REQUIRE(soon([&] { return modem.events.received == "1"; }));
    Terminal second = connect_unix(folder.file("modem"));
    second.write("2");
    settle();
    CHECK(modem.events.received == "1");
    first.close();
    CHECK(soon([&] { return modem.events.received == "12"; }));
    CHECK(modem.events.in_order == "<opened><dtr>1<no dtr><closed><opened><dtr>2");
}

TEST_CASE("a Unix socket replaces only a socket without a listener", "[unix]") {
    const Folder folder;
    const std::string path = folder.file("modem");
    SECTION("one that was left over") {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path.copy(address.sun_path, sizeof address.sun_path - 1);
        const int left = ::socket(AF_UNIX, SOCK_STREAM, 0);
        REQUIRE(::bind(left, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
        ::close(left);
        CHECK(open_unix(context, path).has_value());
    }
    SECTION("not one in use") {
        Modem modem{open_unix(context, path)};
        CHECK(open_unix(context, path).has_error());
        CHECK(std::filesystem::exists(path));
    }
    SECTION("not a file") {
        std::ofstream(path) << "precious";
        CHECK(open_unix(context, path).error().what ==
              "unix:" + path + ": cannot listen: Address already in use");
        CHECK(std::filesystem::file_size(path) == 8);
    }
    SECTION("and takes no name that is too long") {
        CHECK(open_unix(context, folder.file(std::string(200, 'x'))).has_error());
    }
}

TEST_CASE("a socket's file goes when the modem goes", "[unix]") {
    const Folder folder;
    const std::string path = folder.file("modem");
    Modem modem{open_unix(context, path)};
    Terminal terminal = connect_unix(path);
    REQUIRE(soon([&] { return modem.events.open; }));
    SECTION("stopped") { modem.endpoint->stop(); }
    SECTION("destroyed") { modem.endpoint.reset(); }
    CHECK_FALSE(std::filesystem::exists(path));
    CHECK(soon([&] { return terminal.ended(); }));
    CHECK(modem.events.open); // no event came after that
}

TEST_CASE("a stream that is unplugged ends, until it is plugged in", "[unix]") {
    const Folder folder;
    const std::string path = folder.file("modem");
    Modem modem{open_unix(context, path)};
    Terminal terminal = connect_unix(path);
    REQUIRE(soon([&] { return modem.events.open; }));
    modem.endpoint->unplug();
    CHECK(soon([&] { return !modem.events.open && terminal.ended(); }));
    CHECK_FALSE(std::filesystem::exists(path));

    REQUIRE(modem.endpoint->plug().has_value());
    Terminal next = connect_unix(path);
    CHECK(soon([&] { return modem.events.open; }));
}

TEST_CASE("a driver may unplug or stop a stream from within an event", "[unix]") {
    struct Rash : Listening {
        void on_lines(const line::TerminalLines& now) override {
            Listening::on_lines(now);
            if (now.dtr && stops) endpoint->stop();
            if (now.dtr && !stops) endpoint->unplug();
        }
        Endpoint* endpoint = nullptr;
        bool stops = false;
    } events;
    events.stops = GENERATE(false, true);
    const Folder folder;
    auto opened = open_unix(context, folder.file("modem"));
    REQUIRE(opened.has_value());
    events.endpoint = opened->get();
    (*opened)->start(events);
    Terminal terminal = connect_unix(folder.file("modem"));
    terminal.write("AT\r");
    CHECK(soon([&] { return terminal.ended(); }));
    settle();
    CHECK(events.open == events.stops);
    CHECK(events.received.empty());
}

TEST_CASE("what the modem does not want of a stream waits", "[unix]") {
    const Folder folder;
    Modem modem{open_unix(context, folder.file("modem"))};
    modem.events.wants = 3;
    Terminal terminal = connect_unix(folder.file("modem"));
    terminal.write("abcdef");
    CHECK(soon([&] { return modem.events.received == "abc"; }));

    SECTION("even after the end of it") {
        terminal.close();
        settle();
        CHECK(modem.events.open);
    }
    modem.events.wants = 10;
    modem.endpoint->look_again();
    CHECK(soon([&] { return modem.events.received == "abcdef"; }));
}

TEST_CASE("a stream whose modem wants nothing is not read without end", "[unix]") {
    const Folder folder;
    Modem modem{open_unix(context, folder.file("modem"))};
    modem.events.wants = 0;
    Terminal terminal = connect_unix(folder.file("modem"));
    const std::string octets(1000, 'x');
    std::size_t taken = 0;
    while (true) {
        const ssize_t size = ::write(terminal.file(), octets.data(), octets.size());
        if (size > 0) taken += static_cast<std::size_t>(size);
        if (size < 0) settle();
        if (size < 0 && ::write(terminal.file(), octets.data(), 1) < 0) break;
        REQUIRE(taken < 4'000'000);
    }
    CHECK(modem.events.received.empty());
}

TEST_CASE("a stream's terminal that never reads bounds what waits for it", "[unix]") {
    const Folder folder;
    Modem modem{open_unix(context, folder.file("modem"))};
    Terminal terminal = connect_unix(folder.file("modem"));
    REQUIRE(soon([&] { return modem.events.open; }));
    const std::string octets(1000, 'x');
    for (int i = 0; i < 1000; ++i) {
        modem.endpoint->send(octets);
        context.restart();
        context.poll();
    }
    CHECK(modem.endpoint->pending() >= pending_octets_max);
    CHECK(modem.endpoint->pending() <= pending_octets_max + 4096);
    CHECK(soon([&] {
        terminal.read();
        return modem.endpoint->pending() == 0;
    }));
    CHECK(modem.events.drained > 0);
}

TEST_CASE("RFC 2217 carries circuits over TCP", "[rfc2217]") {
    Modem modem{open_rfc2217(context, any_port)};
    CHECK(modem.endpoint->name().starts_with("rfc2217:127.0.0.1:"));
    Terminal terminal = connect_tcp(modem.endpoint->name());
    terminal.write("\xFF\xFB\x2C");
    REQUIRE(soon([&] { return terminal.read().ends_with(option("\x6B\x30")); }));
    modem.endpoint->set_lines({.dcd = true});
    CHECK(soon([&] { return terminal.read().ends_with(option("\x6B\xB8")); }));
    terminal.write("+++" + option("\x05\x09") + "x");
    CHECK(soon([&] { return modem.events.in_order == "<opened><dtr>+++<no dtr>x"; }));

    SECTION("and receives them while the modem wants no octets") {
        modem.events.wants = 0;
        terminal.write("data" + option("\x05\x08"));
        CHECK(soon([&] { return modem.events.lines.dtr; }));
        CHECK(modem.events.received == "+++x");
    }
    SECTION("and holds data while it is suspended, but not circuits") {
        terminal.write(option("\x08"));
        settle();
        modem.endpoint->send("held");
        modem.endpoint->set_lines({.dcd = false});
        CHECK(soon([&] { return terminal.read().ends_with(option("\x6B\x38")); }));
        CHECK(soon([&] { return modem.endpoint->pending() == 4; }));
        terminal.write(option("\x09"));
        CHECK(soon([&] { return terminal.read().ends_with("held"); }));
    }
    SECTION("and purges what waits") {
        modem.events.wants = 0;
        terminal.write("data" + option("\x08") + option("\x0C\x02"));
        settle();
        modem.endpoint->send("held");
        terminal.write(option("\x0C\x01") + option("\x09"));
        CHECK(soon([&] { return modem.endpoint->pending() == 0; }));
        modem.events.wants = 10;
        modem.endpoint->look_again();
        settle();
        CHECK(modem.events.received == "+++x");
        CHECK(terminal.read().ends_with(option("\x70\x01")));
    }
    SECTION("and forgets them with the terminal") {
        terminal.close();
        REQUIRE(soon([&] { return !modem.events.open; }));
        Terminal raw = connect_tcp(modem.endpoint->name());
        raw.write("AT\xFF\r");
        CHECK(soon([&] { return modem.events.received == "+++xAT\xFF\r"; }));
        CHECK(modem.events.lines.dtr);
        CHECK(modem.endpoint->capabilities() == Capabilities{.dtr = true});
        modem.endpoint->send("OK\xFF\r\n");
        CHECK(soon([&] { return raw.read() == "OK\xFF\r\n"; }));
    }
}

TEST_CASE("a terminal that never reads misses changes of circuits, but not how they end",
          "[rfc2217]") {
    Modem modem{open_rfc2217(context, any_port)};
    Terminal terminal = connect_tcp(modem.endpoint->name());
    terminal.write("\xFF\xFB\x2C" + option("\x0A\xFF\xFF"));
    REQUIRE(soon([&] { return terminal.read().ends_with(option("\x6E\xFF\xFF")); }));
    const std::string octets(1000, 'x');
    for (int i = 0; i < 2000; ++i) {
        modem.endpoint->send(octets);
        modem.endpoint->set_lines({.dcd = i % 2 == 0});
        modem.endpoint->report({.framing = i % 2 == 0, .parity = i % 2 != 0});
        context.restart();
        context.poll();
    }
    CHECK(modem.endpoint->pending() <= pending_octets_max + 2 * 4096);
    modem.endpoint->set_lines({.dcd = true});
    CHECK(soon([&] {
        terminal.read();
        return modem.endpoint->pending() == 0;
    }));
    CHECK(soon([&] { return terminal.read().rfind(option("\x6B\xB8")) != std::string::npos; }));
    CHECK(terminal.read().rfind(option("\x6B\xB8")) + 1 >
          terminal.read().rfind(option("\x6B\x38")) + 1);
    CHECK(terminal.read().rfind(option("\x6A\x0C")) != std::string::npos);
}

TEST_CASE("a port that is unplugged comes back as the same port", "[rfc2217]") {
    Modem modem{open_rfc2217(context, any_port)};
    const std::string name = modem.endpoint->name();
    modem.endpoint->unplug();
    settle();
    REQUIRE(modem.endpoint->plug().has_value());
    CHECK(modem.endpoint->name() == name);
    Terminal terminal = connect_tcp(name);
    CHECK(soon([&] { return modem.events.open; }));
}

TEST_CASE("localhost is one port, which goes and comes back at all its addresses", "[rfc2217]") {
    Modem modem{open_rfc2217(context, {"localhost", 0})};
    const std::string name = modem.endpoint->name();
    CHECK(name.starts_with("rfc2217:localhost:"));
    modem.endpoint->unplug();
    REQUIRE(modem.endpoint->plug().has_value());
    CHECK(modem.endpoint->name() == name);
    Terminal terminal = connect_tcp(name);
    CHECK(soon([&] { return modem.events.open; }));
}

TEST_CASE("an emulator of ip232 gets the carrier as it connects", "[ip232]") {
    Modem modem{open_ip232(context, any_port)};
    modem.endpoint->set_lines({.dcd = true});
    Terminal terminal = connect_tcp(modem.endpoint->name());
    CHECK(soon([&] { return terminal.read() == "\xFF\1"; }));
    terminal.write("\xFF\0"s);
    CHECK(soon([&] { return modem.events.in_order == "<opened><dtr><no dtr>"; }));
}

TEST_CASE("a port that is taken and an invalid address are reported", "[rfc2217]") {
    Modem modem{open_rfc2217(context, any_port)};
    const auto taken = net::parse_address(modem.endpoint->name().substr(8));
    REQUIRE(taken.has_value());
    CHECK(open_rfc2217(context, *taken).error().what ==
          modem.endpoint->name() + ": cannot listen: Address already in use");
    CHECK(open_rfc2217(context, {"nowhere", 1}).has_error());
}
