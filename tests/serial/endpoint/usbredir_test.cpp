#include "tests/serial/endpoint/listening.hpp"

#include <usbredirparser.h>

#include <sys/un.h>

#include <map>
#include <vector>

using namespace smtpsim;
using namespace smtpsim::endpoint;
using namespace std::string_literals;

namespace {

std::string text(std::uint8_t* data, int size) {
    std::string out(reinterpret_cast<char*>(data), static_cast<std::size_t>(size));
    std::free(data);
    return out;
}

/// A virtual machine with a USB controller: what QEMU's usb-redir does, by hand.
class Guest {
public:
    explicit Guest(const std::string& path) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path.copy(address.sun_path, sizeof address.sun_path - 1);
        file_ = ::socket(AF_UNIX, SOCK_STREAM, 0);
        REQUIRE(::connect(file_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
        REQUIRE(::fcntl(file_, F_SETFL, O_NONBLOCK) == 0);
        parser = usbredirparser_create();
        parser->priv = this;
        parser->log_func = [](void* guest, int level, const char* message) {
            if (level <= usbredirparser_warning) self(guest).complaints += message;
        };
        parser->read_func = [](void* guest, std::uint8_t* room, int count) {
            const auto size = ::read(self(guest).file_, room, static_cast<std::size_t>(count));
            if (size == 0) self(guest).ended = true;
            return size > 0 ? static_cast<int>(size) : 0;
        };
        parser->write_func = [](void* guest, std::uint8_t* data, int count) {
            const auto size =
                ::send(self(guest).file_, data, static_cast<std::size_t>(count), MSG_NOSIGNAL);
            return size > 0 ? static_cast<int>(size) : 0;
        };
        parser->hello_func = [](void* guest, usb_redir_hello_header*) {
            self(guest).greeted = true;
        };
        parser->interface_info_func = [](void* guest, usb_redir_interface_info_header* info) {
            self(guest).interfaces = static_cast<int>(info->interface_count);
        };
        parser->ep_info_func = [](void* guest, usb_redir_ep_info_header* info) {
            self(guest).endpoints = *info;
        };
        parser->device_connect_func = [](void* guest, usb_redir_device_connect_header* header) {
            self(guest).device = *header;
            self(guest).connected = true;
        };
        parser->device_disconnect_func = [](void* guest) { self(guest).connected = false; };
        parser->configuration_status_func = [](void* guest, std::uint64_t id,
                                               usb_redir_configuration_status_header* header) {
            self(guest).status[id] = header->status;
        };
        parser->alt_setting_status_func = [](void* guest, std::uint64_t id,
                                             usb_redir_alt_setting_status_header* header) {
            self(guest).status[id] = header->status;
        };
        parser->iso_stream_status_func = [](void* guest, std::uint64_t id,
                                            usb_redir_iso_stream_status_header* header) {
            self(guest).status[id] = header->status;
        };
        parser->interrupt_receiving_status_func =
            [](void* guest, std::uint64_t id, usb_redir_interrupt_receiving_status_header* header) {
                self(guest).status[id] = header->status;
            };
        parser->control_packet_func = [](void* guest, std::uint64_t id,
                                         usb_redir_control_packet_header* header,
                                         std::uint8_t* data, int size) {
            self(guest).status[id] = header->status;
            self(guest).answers[id] = text(data, size);
        };
        parser->bulk_packet_func = [](void* guest, std::uint64_t id,
                                      usb_redir_bulk_packet_header* header, std::uint8_t* data,
                                      int size) {
            self(guest).status[id] = header->status;
            self(guest).taken[id] = header->length | static_cast<std::size_t>(header->length_high)
                                                         << 16;
            self(guest).received += text(data, size);
        };
        parser->iso_packet_func = [](void* guest, std::uint64_t id, usb_redir_iso_packet_header*,
                                     std::uint8_t* data, int) {
            self(guest).status[id] = usb_redir_inval;
            std::free(data);
        };
        parser->interrupt_packet_func =
            [](void* guest, std::uint64_t, usb_redir_interrupt_packet_header*, std::uint8_t* data,
               int size) { self(guest).notifications.push_back(text(data, size)); };
        std::uint32_t capabilities[USB_REDIR_CAPS_SIZE]{};
        for (const int each :
             {usb_redir_cap_connect_device_version, usb_redir_cap_ep_info_max_packet_size,
              usb_redir_cap_64bits_ids, usb_redir_cap_32bits_bulk_length})
            usbredirparser_caps_set_cap(capabilities, each);
        usbredirparser_init(parser, "a guest", capabilities, USB_REDIR_CAPS_SIZE, 0);
    }
    ~Guest() {
        close();
        usbredirparser_destroy(parser);
    }
    Guest(const Guest&) = delete;
    Guest& operator=(const Guest&) = delete;

    void close() {
        if (file_ >= 0) ::close(std::exchange(file_, -1));
    }
    void write(const std::string& raw) {
        flush();
        ::send(file_, raw.data(), raw.size(), MSG_NOSIGNAL);
    }
    void flush() {
        if (usbredirparser_has_data_to_write(parser) > 0) usbredirparser_do_write(parser);
    }
    /// True if `holds` in the end.
    template <class Holds> bool sees(Holds holds) {
        return soon([&] {
            if (file_ >= 0) {
                flush();
                usbredirparser_do_read(parser);
            }
            return holds();
        });
    }
    bool answered(std::uint64_t id) {
        return sees([&] { return status.contains(id); });
    }

    std::uint64_t set_configuration(std::uint8_t number) {
        usb_redir_set_configuration_header header{number};
        usbredirparser_send_set_configuration(parser, ++id_, &header);
        return id_;
    }
    std::uint64_t control(std::uint8_t type, std::uint8_t request, std::uint16_t value,
                          std::uint16_t length, std::string data = {}) {
        usb_redir_control_packet_header header{};
        header.endpoint = type & 0x80;
        header.requesttype = type;
        header.request = request;
        header.value = value;
        header.length = length;
        usbredirparser_send_control_packet(
            parser, ++id_, &header,
            data.empty() ? nullptr : reinterpret_cast<std::uint8_t*>(data.data()),
            static_cast<int>(data.size()));
        return id_;
    }
    std::uint64_t lines(std::uint16_t dtr_and_rts) { return control(0x21, 0x22, dtr_and_rts, 0); }
    std::uint64_t send(std::string octets, std::uint8_t endpoint = 0x02) {
        usb_redir_bulk_packet_header header{};
        header.endpoint = endpoint;
        header.length = static_cast<std::uint16_t>(octets.size());
        header.length_high = static_cast<std::uint16_t>(octets.size() >> 16);
        usbredirparser_send_bulk_packet(
            parser, ++id_, &header,
            octets.empty() ? nullptr : reinterpret_cast<std::uint8_t*>(octets.data()),
            static_cast<int>(octets.size()));
        return id_;
    }
    std::uint64_t ask(std::uint16_t octets_max, std::uint8_t endpoint = 0x82) {
        usb_redir_bulk_packet_header header{};
        header.endpoint = endpoint;
        header.length = octets_max;
        usbredirparser_send_bulk_packet(parser, ++id_, &header, nullptr, 0);
        return id_;
    }
    std::uint64_t listen(std::uint8_t endpoint = 0x81) {
        usb_redir_start_interrupt_receiving_header header{endpoint};
        usbredirparser_send_start_interrupt_receiving(parser, ++id_, &header);
        return id_;
    }
    /// As an operating system does with a modem that a program opens.
    void use() {
        REQUIRE(sees([&] { return connected; }));
        REQUIRE(answered(set_configuration(1)));
        REQUIRE(answered(listen()));
        REQUIRE(answered(lines(3)));
    }

    usbredirparser* parser;
    bool greeted = false, connected = false, ended = false;
    int interfaces = 0;
    usb_redir_ep_info_header endpoints{};
    usb_redir_device_connect_header device{};
    std::map<std::uint64_t, int> status;
    std::map<std::uint64_t, std::string> answers;
    std::map<std::uint64_t, std::size_t> taken;
    std::string received, complaints;
    std::vector<std::string> notifications;

private:
    static Guest& self(void* guest) { return *static_cast<Guest*>(guest); }
    int file_ = -1;
    std::uint64_t id_ = 0x100000000; // such as QEMU's: addresses
};

struct Modem {
    Modem() {
        auto opened = open_usbredir(context, path);
        REQUIRE(opened.has_value());
        endpoint = std::move(*opened);
        endpoint->start(events);
    }
    const Folder folder;
    const std::string path = folder.file("modem.usb");
    Listening events;
    std::unique_ptr<Endpoint> endpoint;
};

} // namespace

TEST_CASE("a virtual machine sees a modem", "[usbredir]") {
    Modem modem;
    CHECK(modem.endpoint->name() == "usbredir:" + modem.path);
    CHECK_FALSE(modem.endpoint->capabilities().cts);
    Guest guest{modem.path};
    REQUIRE(guest.sees([&] { return guest.connected; }));
    CHECK(guest.device.speed == usb_redir_speed_full);
    CHECK(guest.device.vendor_id == 0x1209);
    CHECK(guest.interfaces == 2);
    CHECK(guest.endpoints.type[0x02] == usb_redir_type_bulk);
    CHECK(guest.endpoints.type[0x12] == usb_redir_type_bulk);
    CHECK(guest.endpoints.type[0x11] == usb_redir_type_interrupt);
    CHECK(guest.endpoints.type[0x03] == usb_redir_type_invalid);
    CHECK(guest.endpoints.max_packet_size[0x12] == 64);

    const auto id = guest.control(0x80, 6, 0x0100, 64);
    REQUIRE(guest.answered(id));
    CHECK(guest.status[id] == usb_redir_success);
    CHECK(guest.answers[id].size() == 18);
    const auto unknown = guest.control(0x80, 6, 0x0600, 10);
    REQUIRE(guest.answered(unknown));
    CHECK(guest.status[unknown] == usb_redir_stall);
    CHECK_FALSE(modem.events.open);
    CHECK(guest.complaints.empty());
}

TEST_CASE("a virtual machine dials, and sees DCD rise and drop", "[usbredir]") {
    Modem modem;
    modem.endpoint->set_lines({.dsr = true});
    Guest guest{modem.path};
    guest.use();
    REQUIRE(guest.answered(guest.control(0x21, 0x20, 0, 7, "\x00\xE1\x00\x00\x00\x00\x08"s)));
    CHECK(soon([&] { return modem.events.lines.speed == 57600; }));
    CHECK(modem.events.in_order == "<opened><no dtr><dtr><dtr>");
    CHECK(modem.events.lines.rts);
    REQUIRE(guest.sees([&] { return guest.notifications.size() == 1; }));
    CHECK(guest.notifications.back() == "\xA1\x20\0\0\0\0\2\0\x02\x00"s);

    const auto in = guest.ask(128);
    const auto out = guest.send("ATDT5551234\r");
    REQUIRE(guest.answered(out));
    CHECK(guest.taken[out] == 12);
    CHECK(modem.events.received == "ATDT5551234\r");
    CHECK_FALSE(guest.status.contains(in));
    modem.endpoint->set_lines({.dcd = true});
    modem.endpoint->send("CONNECT 33600\r\n");
    REQUIRE(guest.answered(in));
    CHECK(guest.received == "CONNECT 33600\r\n");
    REQUIRE(guest.sees([&] { return guest.notifications.size() == 2; }));
    CHECK(guest.notifications.back().at(8) == '\x03');
    modem.endpoint->report({.overrun = true});
    REQUIRE(guest.sees([&] { return guest.notifications.size() == 3; }));
    CHECK(guest.notifications.back().at(8) == '\x43');
    modem.endpoint->set_lines({.dcd = false});
    REQUIRE(guest.sees([&] { return guest.notifications.size() == 4; }));
    CHECK(guest.notifications.back().at(8) == '\x02');

    REQUIRE(guest.answered(guest.lines(0)));
    CHECK(soon([&] { return modem.events.in_order.ends_with("<no dtr>"); }));
    CHECK(modem.events.open);
    guest.close();
    CHECK(soon([&] { return !modem.events.open; }));
    CHECK(guest.complaints.empty());
}

TEST_CASE("octets for the guest wait until it asks", "[usbredir]") {
    Modem modem;
    Guest guest{modem.path};
    modem.endpoint->send("lost");
    guest.use();
    modem.endpoint->send("0123456789");
    CHECK(modem.endpoint->pending() == 10);
    const auto first = guest.ask(4), second = guest.ask(128), third = guest.ask(128);
    REQUIRE(guest.answered(second));
    CHECK(guest.taken[first] == 4);
    CHECK(guest.taken[second] == 6);
    CHECK_FALSE(guest.status.contains(third));
    CHECK(guest.received == "0123456789");
    CHECK(soon([&] { return modem.events.drained == 1; }));

    modem.endpoint->send(std::string(2 * pending_octets_max, 'x'));
    CHECK(modem.endpoint->pending() <= pending_octets_max);
}

TEST_CASE("a packet that the modem does not want all of waits, but not the circuits",
          "[usbredir]") {
    Modem modem;
    Guest guest{modem.path};
    guest.use();
    modem.events.wants = 3;
    const auto first = guest.send("abcdef"), second = guest.send("ghi"), third = guest.send("");
    REQUIRE(guest.answered(guest.lines(2)));
    CHECK(soon([&] { return modem.events.in_order.ends_with("abc<no dtr>"); }));
    CHECK_FALSE(guest.status.contains(first));

    SECTION("until it is wanted") {
        modem.events.wants = 100;
        modem.endpoint->look_again();
        REQUIRE(guest.answered(third));
        CHECK(guest.taken[first] == 6);
        CHECK(guest.taken[second] == 3);
        CHECK(modem.events.received == "abcdefghi");
    }
    SECTION("until it is cancelled") {
        usbredirparser_send_cancel_data_packet(guest.parser, first);
        REQUIRE(guest.answered(first));
        CHECK(guest.status[first] == usb_redir_cancelled);
        CHECK(guest.taken[first] == 3);
        modem.events.wants = 100;
        modem.endpoint->look_again();
        REQUIRE(guest.answered(third));
        CHECK(modem.events.received == "abcghi");
    }
    SECTION("until the device is reset") {
        usbredirparser_send_reset(guest.parser);
        REQUIRE(guest.answered(third));
        CHECK(guest.status[second] == usb_redir_cancelled);
        CHECK(soon([&] { return !modem.events.open; }));
        modem.events.wants = 100;
        REQUIRE(guest.answered(guest.set_configuration(1)));
        CHECK(soon([&] { return modem.events.open; }));
        CHECK(modem.events.received == "abc");
    }
}

TEST_CASE("a guest that sends on while the modem wants nothing stalls", "[usbredir]") {
    Modem modem;
    Guest guest{modem.path};
    guest.use();
    modem.events.wants = 0;
    SECTION("by octets") {
        guest.send(std::string(1UL << 20, 'x'));
        const auto more = guest.send("x");
        REQUIRE(guest.answered(more));
        CHECK(guest.status[more] == usb_redir_stall);
    }
    SECTION("by packets") {
        for (int i = 0; i < 256; ++i) guest.send("x");
        const auto more = guest.send("x");
        REQUIRE(guest.answered(more));
        CHECK(guest.status[more] == usb_redir_stall);
    }
    SECTION("by requests") {
        for (int i = 0; i < 256; ++i) guest.ask(64);
        const auto more = guest.ask(64);
        REQUIRE(guest.answered(more));
        CHECK(guest.status[more] == usb_redir_stall);
    }
    CHECK(guest.status.size() == 4);
}

TEST_CASE("a modem on USB that is unplugged leaves the guest, and comes back", "[usbredir]") {
    Modem modem;
    Guest guest{modem.path};
    guest.use();
    const auto out = guest.ask(64);
    modem.endpoint->unplug();
    REQUIRE(guest.sees([&] { return !guest.connected; }));
    CHECK(soon([&] { return !modem.events.open; }));
    CHECK_FALSE(guest.status.contains(out));
    const auto late = guest.send("ATZ\r");
    REQUIRE(guest.answered(late));
    CHECK(guest.status[late] == usb_redir_stall);
    CHECK(modem.events.in_order == "<opened><no dtr><dtr><no dtr><closed>");

    REQUIRE(modem.endpoint->plug().has_value());
    guest.use();
    CHECK(modem.events.open);
    CHECK(std::filesystem::exists(modem.path));
}

TEST_CASE("a modem that is unplugged shows itself to no guest", "[usbredir]") {
    Modem modem;
    modem.endpoint->unplug();
    Guest guest{modem.path};
    REQUIRE(guest.sees([&] { return guest.greeted; }));
    const auto early = guest.set_configuration(1);
    REQUIRE(guest.answered(early));
    CHECK(guest.status[early] == usb_redir_stall);
    CHECK_FALSE(guest.connected);
    REQUIRE(modem.endpoint->plug().has_value());
    CHECK(guest.sees([&] { return guest.connected; }));
}

TEST_CASE("a second guest waits until the first has gone", "[usbredir]") {
    Modem modem;
    Guest first{modem.path};
    first.use();
    Guest second{modem.path};
    CHECK(first.answered(first.lines(3)));
    CHECK_FALSE(second.connected);
    first.close();
    second.use();
    CHECK(modem.events.in_order == "<opened><no dtr><dtr><no dtr><closed><opened><no dtr><dtr>");
}

TEST_CASE("what a modem does not have is refused", "[usbredir]") {
    Modem modem;
    Guest guest{modem.path};
    guest.use();
    const auto listen = guest.listen(0x83), ask = guest.ask(64, 0x84), send = guest.send("x", 0x05);
    usb_redir_start_iso_stream_header iso{0x83, 8, 4};
    usbredirparser_send_start_iso_stream(guest.parser, 1, &iso);
    usb_redir_iso_packet_header packet{0x03, 0, 1};
    std::uint8_t octet = 0;
    usbredirparser_send_iso_packet(guest.parser, 2, &packet, &octet, 1);
    usb_redir_set_alt_setting_header alt{1, 1};
    usbredirparser_send_set_alt_setting(guest.parser, 3, &alt);
    const auto configuration = guest.set_configuration(2);
    REQUIRE(guest.answered(configuration));
    CHECK_FALSE(guest.status.contains(2)); // those have no answer
    for (const auto id : {listen, ask, send, std::uint64_t{1}, std::uint64_t{3}, configuration}) {
        CAPTURE(id);
        CHECK(guest.status.contains(id));
        CHECK(guest.status[id] != usb_redir_success);
    }
    CHECK(guest.answered(guest.lines(3)));
}

TEST_CASE("a guest that violates the protocol is disconnected, and the next one served",
          "[usbredir]") {
    Modem modem;
    {
        Guest guest{modem.path};
        guest.use();
        const auto packet = [](std::uint32_t type, std::uint32_t size) {
            const std::uint32_t words[]{type, size, 7, 0};
            return std::string(reinterpret_cast<const char*>(words), sizeof words);
        };
        SECTION("by noise") { guest.write(std::string(5000, '\xA5')); }
        SECTION("by a packet of a kind that there is not") { guest.write(packet(99, 0)); }
        SECTION("by a packet that only a device sends") {
            guest.write(packet(usb_redir_device_disconnect, 0));
        }
        SECTION("by a packet shorter than its kind") {
            guest.write(packet(usb_redir_bulk_packet, 3) + "abc");
        }
        SECTION("by data of another length than its packet says") {
            guest.write(packet(usb_redir_bulk_packet, 12) + "\x02\0\xFF\xFF\0\0\0\0\xFF\x7F"
                                                            "ab"s);
        }
        SECTION("by a packet without end") {
            guest.write(packet(usb_redir_bulk_packet, 0x7000000));
            const std::string octets(4096, '\2');
            for (int i = 0; i < 1000 && !guest.ended; ++i) {
                guest.write(octets);
                settle();
                guest.sees([&] { return true; });
            }
        }
        CHECK(guest.sees([&] { return guest.ended; }));
        CHECK(soon([&] { return !modem.events.open; }));
    }
    Guest next{modem.path};
    next.use();
}

TEST_CASE("a modem on USB survives every kind of packet with any octets", "[usbredir]") {
    Modem modem;
    for (std::uint32_t type = 0; type < 110; ++type)
        for (const std::uint32_t size : {0U, 1U, 2U, 3U, 4U, 8U, 10U, 20U, 64U, 68U}) {
            Guest guest{modem.path};
            guest.use();
            const std::uint32_t words[]{type, size, 7, 0};
            guest.write(std::string(reinterpret_cast<const char*>(words), sizeof words) +
                        std::string(size, type % 2 == 0 ? '\x82' : '\0'));
            context.restart();
            context.poll();
        }
    Guest next{modem.path};
    next.use();
    CHECK(modem.events.open);
}

TEST_CASE("a guest that never reads bounds what waits for it", "[usbredir]") {
    Modem modem;
    Guest guest{modem.path};
    guest.use();
    std::size_t asked = 0;
    for (int idle = 0; idle < 20;) {
        const auto before = asked;
        guest.control(0x80, 6, 0x0200, 255);
        guest.flush();
        asked += usbredirparser_has_data_to_write(guest.parser) == 0;
        modem.endpoint->set_lines({.dcd = asked % 2 == 0});
        context.restart();
        context.poll();
        idle = asked == before ? idle + 1 : 0;
        REQUIRE(asked < 100'000);
    }
    modem.endpoint->set_lines({.dcd = true});
    CHECK(guest.answered(guest.lines(3)));
    CHECK(guest.sees([&] { return guest.notifications.back().at(8) == '\x03'; }));
}

TEST_CASE("a driver may unplug or stop a modem on USB from within an event", "[usbredir]") {
    struct Rash : Listening {
        void on_lines(const line::TerminalLines& now) override {
            Listening::on_lines(now);
            if (!now.dtr) return;
            if (stops)
                endpoint->stop();
            else
                endpoint->unplug();
        }
        Endpoint* endpoint = nullptr;
        bool stops = false;
    } events;
    events.stops = GENERATE(false, true);
    const Folder folder;
    auto opened = open_usbredir(context, folder.file("modem"));
    REQUIRE(opened.has_value());
    events.endpoint = opened->get();
    (*opened)->start(events);
    Guest guest{folder.file("modem")};
    REQUIRE(guest.sees([&] { return guest.connected; }));
    guest.set_configuration(1);
    guest.lines(1);
    guest.send("AT\r");
    CHECK(guest.sees([&] { return events.stops ? guest.ended : !guest.connected; }));
    settle();
    CHECK(events.open == events.stops);
    CHECK(std::filesystem::exists(folder.file("modem")) != events.stops);
}

TEST_CASE("a socket for usbredir that cannot be had is reported", "[usbredir]") {
    Modem modem;
    CHECK(open_usbredir(context, modem.path).error().what ==
          "usbredir:" + modem.path + ": cannot listen: Address already in use");
}
