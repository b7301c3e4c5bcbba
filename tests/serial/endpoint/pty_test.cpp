#include "tests/serial/endpoint/listening.hpp"

#include <sys/ioctl.h>
#include <sys/stat.h>
#include <termios.h>

#include <fstream>

using namespace smtpsim;
using namespace smtpsim::endpoint;
namespace fs = std::filesystem;

namespace {

struct Modem {
    explicit Modem(PtyOptions options = {}) {
        auto opened = open_pty(context, link, options);
        REQUIRE(opened.has_value());
        endpoint = std::move(*opened);
        endpoint->start(events);
        settle();
    }
    Terminal terminal() {
        Terminal out = Terminal::on(link);
        REQUIRE(soon([&] { return events.open; }));
        return out;
    }

    Folder folder;
    std::string link = folder.file("modem");
    Listening events;
    std::unique_ptr<Endpoint> endpoint;
};

termios settings(const Terminal& terminal) {
    termios now{};
    REQUIRE(::tcgetattr(terminal.file(), &now) == 0);
    return now;
}

void set(const Terminal& terminal, const termios& wanted) {
    REQUIRE(::tcsetattr(terminal.file(), TCSANOW, &wanted) == 0);
}

void set_speed(const Terminal& terminal, speed_t speed) {
    termios now = settings(terminal);
    ::cfsetspeed(&now, speed);
    set(terminal, now);
}

void set_local(const Terminal& terminal) {
    termios now = settings(terminal);
    now.c_cflag |= CLOCAL;
    set(terminal, now);
}

/// May be the only way: TIOCVHANGUP takes CAP_SYS_ADMIN.
bool may_hang_up_in_place() { return ::geteuid() == 0; }

} // namespace

TEST_CASE("octets pass a pty both ways, and every one of them", "[pty]") {
    Modem modem;
    std::string all;
    for (int octet = 0; octet < 256; ++octet) all += static_cast<char>(octet);
    Terminal terminal = modem.terminal();
    terminal.write(all);
    CHECK(soon([&] { return modem.events.received == all; }));
    modem.endpoint->send(all);
    CHECK(soon([&] { return terminal.read() == all; }));
    settle();
    CHECK(modem.events.received == all); // nothing was echoed
}

TEST_CASE("a pty says what it can carry", "[pty]") {
    Modem modem;
    CHECK(modem.endpoint->name() == "pty:" + modem.link);
    CHECK(modem.endpoint->capabilities() == Capabilities{.dtr = true, .speed = true});
}

TEST_CASE("opening a pty raises DTR, and the last close drops it", "[pty]") {
    Modem modem;
    CHECK_FALSE(modem.events.open);
    Terminal first = modem.terminal();
    Terminal second = Terminal::on(modem.link);
    settle();
    first.close();
    settle();
    CHECK(modem.events.in_order == "<opened><dtr>");
    second.close();
    CHECK(soon([&] { return !modem.events.open; }));
    Terminal third = modem.terminal();
    CHECK(modem.events.in_order == "<opened><dtr><no dtr><closed><opened><dtr>");
}

TEST_CASE("what a terminal wrote before it closed is received, however short it was there",
          "[pty]") {
    Modem modem;
    Terminal::on(modem.link).write("ATZ\r");
    CHECK(soon([&] { return modem.events.in_order == "<opened><dtr>ATZ\r<no dtr><closed>"; }));
    settle();
    CHECK(modem.events.in_order == "<opened><dtr>ATZ\r<no dtr><closed>");
}

TEST_CASE("a terminal's speed is seen when it sets it", "[pty]") {
    Modem modem;
    Terminal terminal = modem.terminal();
    CHECK(modem.events.lines.speed == 115200);
    set_speed(terminal, B2400);
    CHECK(soon([&] { return modem.events.lines.speed == 2400; }));

    SECTION("even when it has written c_lflag anew, as chat and minicom do") {
        termios now = settings(terminal);
        now.c_lflag = 0;
        set(terminal, now);
        settle();
        set_speed(terminal, B57600);
        CHECK(soon([&] { return modem.events.lines.speed == 57600; }));
    }
    SECTION("even when the modem takes no octets") {
        modem.events.wants = 0;
        terminal.write("data");
        settle();
        set_speed(terminal, B57600);
        CHECK(soon([&] { return modem.events.lines.speed == 57600; }));
        CHECK(modem.events.received.empty());
    }
    SECTION("and is there for the next one") {
        terminal.close();
        REQUIRE(soon([&] { return !modem.events.open; }));
        Terminal next = modem.terminal();
        CHECK(modem.events.lines.speed == 2400);
        const termios now = settings(next);
        CHECK(::cfgetospeed(&now) == B2400);
    }
}

TEST_CASE("a speed of 0 drops DTR, until another is set or the port opened again", "[pty]") {
    Modem modem;
    Terminal terminal = modem.terminal();
    set_speed(terminal, B9600);
    REQUIRE(soon([&] { return modem.events.lines.speed == 9600; }));
    set_speed(terminal, B0);
    REQUIRE(soon([&] { return !modem.events.lines.dtr; }));
    CHECK(modem.events.open);
    SECTION("set") {
        set_speed(terminal, B9600);
        CHECK(soon([&] { return modem.events.lines.dtr; }));
    }
    SECTION("opened again") {
        terminal.close();
        REQUIRE(soon([&] { return !modem.events.open; }));
        Terminal next = modem.terminal();
        CHECK(modem.events.lines == line::TerminalLines{true, true, 9600});
    }
}

TEST_CASE("what the modem does not want stays with a pty's terminal", "[pty]") {
    Modem modem;
    modem.events.wants = 3;
    Terminal terminal = modem.terminal();
    terminal.write("abcdef");
    CHECK(soon([&] { return modem.events.received == "abc"; }));
    settle();
    CHECK(modem.events.received == "abc");
    modem.events.wants = 2;
    modem.endpoint->look_again();
    CHECK(soon([&] { return modem.events.received == "abcde"; }));

    SECTION("and keeps the port open when it closes") {
        terminal.close();
        settle();
        CHECK(modem.events.open);
        modem.endpoint->send("to no terminal");
        CHECK(modem.endpoint->pending() == 0);
        modem.events.wants = 10;
        modem.endpoint->look_again();
        CHECK(soon([&] { return !modem.events.open; }));
        CHECK(modem.events.received == "abcdef");
    }
}

TEST_CASE("a pty's terminal that never reads bounds what waits for it", "[pty]") {
    Modem modem;
    Terminal terminal = modem.terminal();
    const std::string octets(1000, 'x');
    for (int i = 0; i < 200; ++i) modem.endpoint->send(octets);
    CHECK(modem.endpoint->pending() == pending_octets_max);
    CHECK(soon([&] {
        terminal.read();
        return modem.endpoint->pending() == 0;
    }));
    CHECK(modem.events.drained == 1);
    CHECK(soon([&] { return terminal.read().size() > pending_octets_max; }));
}

TEST_CASE("the next terminal of a pty reads nothing that was meant for the last", "[pty]") {
    Modem modem;
    modem.endpoint->send("RING\r\n");
    {
        Terminal terminal = modem.terminal();
        modem.endpoint->send(std::string(pending_octets_max, 'x')); // more than a tty's 4 KiB
        settle();
    }
    REQUIRE(soon([&] { return !modem.events.open; }));
    modem.endpoint->send("RING\r\n");
    Terminal terminal = modem.terminal();
    modem.endpoint->send("OK\r\n");
    CHECK(soon([&] { return !terminal.read().empty(); }));
    CHECK(terminal.read() == "OK\r\n");
}

TEST_CASE("a terminal that discards its input discards all that waits for it", "[pty]") {
    Modem modem;
    Terminal terminal = modem.terminal();
    for (int i = 0; i < 4; ++i) modem.endpoint->send(std::string(pending_octets_max, 'x'));
    REQUIRE(modem.endpoint->pending() > 0);
    settle();
    REQUIRE(::tcflush(terminal.file(), TCIFLUSH) == 0);
    CHECK(soon([&] { return modem.events.drained == 1; }));
    CHECK(modem.endpoint->pending() == 0);
    settle();
    terminal.read();
    modem.endpoint->send("OK\r\n");
    CHECK(soon([&] { return terminal.read().ends_with("OK\r\n"); }));
    CHECK(terminal.read().size() <= 4096 + 4);
}

TEST_CASE("the claim of a terminal that has closed does not keep the next one out", "[pty]") {
    Modem modem;
    {
        Terminal terminal = modem.terminal();
        REQUIRE(::ioctl(terminal.file(), TIOCEXCL) == 0);
    }
    REQUIRE(soon([&] { return !modem.events.open; }));
    Terminal terminal = modem.terminal();
    int claimed = 1;
    REQUIRE(::ioctl(terminal.file(), TIOCGEXCL, &claimed) == 0);
    CHECK(claimed == 0);
}

TEST_CASE("a hang-up in place ends what the terminal reads, and leaves it the device", "[pty]") {
    if (!may_hang_up_in_place()) return;
    Modem modem;
    Terminal terminal = modem.terminal();
    set_speed(terminal, B19200);
    REQUIRE(soon([&] { return modem.events.lines.speed == 19200; }));
    const auto device = fs::read_symlink(modem.link);
    modem.endpoint->hang_up();
    CHECK(soon([&] { return terminal.ended(); }));
    CHECK(::write(terminal.file(), "x", 1) == -1);
    CHECK(errno == EIO);
    terminal.close();
    REQUIRE(soon([&] { return !modem.events.open; }));

    CHECK(fs::read_symlink(modem.link) == device);
    Terminal next = modem.terminal();
    CHECK(modem.events.lines.speed == 19200);
    CHECK((settings(next).c_lflag & (ECHO | ICANON)) == 0);
    next.write("AT\r");
    CHECK(soon([&] { return modem.events.received == "AT\r"; }));
}

TEST_CASE("a hang-up by a new pty ends what the terminal reads, and moves the link", "[pty]") {
    Modem modem{{.respawn = true}};
    Terminal terminal = modem.terminal();
    const auto device = fs::read_symlink(modem.link);
    modem.endpoint->hang_up();
    modem.endpoint->send("NO CARRIER\r\n");
    CHECK(soon([&] { return terminal.ended(); }));
    CHECK(::write(terminal.file(), "x", 1) == -1);
    CHECK(errno == EIO);
    REQUIRE(soon([&] { return !modem.events.open; }));
    CHECK(fs::is_symlink(modem.link));
    terminal.close();

    Terminal next = modem.terminal();
    next.write("AT\r");
    CHECK(soon([&] { return modem.events.received == "AT\r"; }));
    modem.endpoint->send("OK\r\n");
    CHECK(soon([&] { return next.read() == "OK\r\n"; }));
}

TEST_CASE("a driver may hang up from within an event", "[pty]") {
    struct Rash : Listening {
        void on_octets(std::string_view octets) override {
            Listening::on_octets(octets);
            endpoint->send("NO CARRIER\r\n");
            endpoint->hang_up();
        }
        Endpoint* endpoint = nullptr;
    } events;
    const Folder folder;
    auto opened = open_pty(context, folder.file("modem"), {.respawn = GENERATE(false, true)});
    REQUIRE(opened.has_value());
    events.endpoint = opened->get();
    (*opened)->start(events);
    Terminal terminal = Terminal::on(folder.file("modem"));
    terminal.write("ATH\r");
    CHECK(soon([&] { return terminal.ended(); }));
    terminal.close();
    CHECK(soon([&] { return !events.open; }));
    settle();
    CHECK(events.in_order == "<opened><dtr>ATH\r<no dtr><closed>");
}

TEST_CASE("a terminal that has set CLOCAL is not hung up", "[pty]") {
    const bool respawn = GENERATE(false, true);
    Modem modem{{.respawn = respawn}};
    Terminal terminal = modem.terminal();
    set_local(terminal);
    modem.endpoint->hang_up();
    settle();
    CHECK_FALSE(terminal.ended());
    CHECK(modem.events.open);
}

TEST_CASE("a pty that is unplugged takes its name with it, until it is plugged in", "[pty]") {
    Modem modem;
    Terminal terminal = modem.terminal();
    modem.endpoint->unplug();
    CHECK_FALSE(fs::is_symlink(modem.link));
    CHECK(soon([&] { return !modem.events.open; }));
    CHECK(terminal.ended());

    REQUIRE(modem.endpoint->plug().has_value());
    Terminal next = modem.terminal();
    CHECK(modem.events.in_order == "<opened><dtr><no dtr><closed><opened><dtr>");
}

TEST_CASE("a driver may unplug or stop a pty from within an event", "[pty]") {
    const bool stop = GENERATE(false, true);
    struct Rash : Listening {
        void on_opened() override {
            Listening::on_opened();
            if (stops)
                endpoint->stop();
            else
                endpoint->unplug();
        }
        Endpoint* endpoint = nullptr;
        bool stops = false;
    } events;
    const Folder folder;
    auto opened = open_pty(context, folder.file("modem"));
    REQUIRE(opened.has_value());
    events.endpoint = opened->get();
    events.stops = stop;
    (*opened)->start(events);
    Terminal terminal = Terminal::on(folder.file("modem"));
    terminal.write("AT\r");
    CHECK(soon([&] { return terminal.ended(); }));
    settle();
    CHECK(events.open == stop);
}

TEST_CASE("a pty's device has the mode that was asked for", "[pty]") {
    const mode_t mode = GENERATE(0600U, 0660U, 0666U);
    Modem modem{{.mode = mode}};
    struct stat status {};
    REQUIRE(::stat(modem.link.c_str(), &status) == 0);
    CHECK((status.st_mode & 0777) == mode);
}

TEST_CASE("a pty's link goes when the modem goes", "[pty]") {
    Modem modem;
    SECTION("stopped") { modem.endpoint->stop(); }
    SECTION("destroyed") { modem.endpoint.reset(); }
    CHECK_FALSE(fs::is_symlink(modem.link));
    settle();
}

TEST_CASE("a pty's link replaces only a dangling link", "[pty]") {
    const Folder folder;
    const std::string link = folder.file("modem");
    SECTION("a file stays") { std::ofstream(link) << "precious"; }
    SECTION("a link to something stays") { fs::create_symlink("/dev/null", link); }
    SECTION("a link to nothing does not") {
        fs::create_symlink("/dev/pts/none", link);
        CHECK(open_pty(context, link).has_value());
        return;
    }
    auto opened = open_pty(context, link);
    REQUIRE(opened.has_error());
    CHECK(opened.error().what == link + ": is there already; remove it or take another name");
    CHECK(fs::exists(link));
}

TEST_CASE("without its folder there is no link", "[pty]") {
    const Folder folder;
    auto opened = open_pty(context, folder.file("none/modem"));
    REQUIRE(opened.has_error());
    CHECK(opened.error().what ==
          folder.file("none/modem") + ": cannot make the link: No such file or directory");
}
