// The usbredir protocol with a virtual machine (QEMU) to which a USB modem is redirected: decodes
// the guest's packets for the modem and encodes the answers, with libusbredirparser. Sans I/O.
#pragma once

#include "serial/endpoint/dialects/cdc_acm.hpp"

#include <usbredirparser.h>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace smtpsim::endpoint {

/// Bulk packets that wait for an answer each way; more stall. Chosen: Linux has 16 each way.
constexpr std::size_t bulk_packets_max = 256;
/// In all of those that come from the guest; what goes beyond stalls.
constexpr std::size_t bulk_octets_max = 1UL << 20;
/// Of one packet; a guest that sends more has ended.
constexpr std::size_t packet_octets_max = bulk_octets_max + 1024;

class UsbredirGuest {
public:
    /// From the start of its connection.
    UsbredirGuest();
    UsbredirGuest(const UsbredirGuest&) = delete;
    UsbredirGuest& operator=(const UsbredirGuest&) = delete;

    /// Takes octets off the front, no further than the first change of the device's lines() or
    /// configured(). False: the guest has violated the protocol, and nothing more of it may be
    /// passed.
    bool receive(std::string_view& octets);
    /// Appends what is due to it.
    void say(std::string& out);

    /// The device appears in the guest, as soon as that has said hello; and is gone.
    void plug();
    void unplug();

    CdcAcm& device() { return device_; }
    const CdcAcm& device() const { return device_; }

    /// Octets for the modem. A bulk packet is answered when all of it has been taken: until then
    /// the guest waits with it, and sends no more than it has packets for.
    std::string take(std::size_t octets_max);
    /// Answers the guest's requests for octets from the front of `waiting`, which it erases.
    void give(std::string& waiting);
    /// Reports circuits and errors to the guest, if they have changed and it listens.
    void notify();

private:
    struct Destroy {
        void operator()(usbredirparser* parser) const { usbredirparser_destroy(parser); }
    };
    struct From { // the guest, a bulk packet of which `taken` has gone to the modem
        std::uint64_t id;
        std::string octets;
        std::size_t taken = 0;
    };
    struct Request { // for octets
        std::uint64_t id;
        std::size_t octets_max;
    };
    template <auto member, class... Arguments>
    static void call(void* guest, Arguments... arguments) {
        auto& self = *static_cast<UsbredirGuest*>(guest);
        const auto state = [&] {
            return std::pair{self.device_.configured(), self.device_.lines()};
        };
        const auto before = state();
        self.packet_octets_ = 0;
        (self.*member)(arguments...);
        self.changed_ = state() != before;
    }

    void on_hello(usb_redir_hello_header*);
    void on_reset();
    void on_set_configuration(std::uint64_t id, usb_redir_set_configuration_header* asked);
    void on_get_configuration(std::uint64_t id);
    void on_set_alt_setting(std::uint64_t id, usb_redir_set_alt_setting_header* asked);
    void on_get_alt_setting(std::uint64_t id, usb_redir_get_alt_setting_header* asked);
    void on_start_iso(std::uint64_t id, usb_redir_start_iso_stream_header* asked);
    void on_stop_iso(std::uint64_t id, usb_redir_stop_iso_stream_header* asked);
    void on_start_interrupt(std::uint64_t id, usb_redir_start_interrupt_receiving_header* asked);
    void on_stop_interrupt(std::uint64_t id, usb_redir_stop_interrupt_receiving_header* asked);
    void on_alloc_streams(std::uint64_t id, usb_redir_alloc_bulk_streams_header* asked);
    void on_free_streams(std::uint64_t id, usb_redir_free_bulk_streams_header* asked);
    void on_cancel(std::uint64_t id);
    void on_control(std::uint64_t id, usb_redir_control_packet_header* asked, std::uint8_t* data,
                    int size);
    void on_bulk(std::uint64_t id, usb_redir_bulk_packet_header* asked, std::uint8_t* data,
                 int size);
    void on_iso(std::uint64_t id, usb_redir_iso_packet_header* asked, std::uint8_t* data, int size);
    void on_interrupt(std::uint64_t id, usb_redir_interrupt_packet_header* asked,
                      std::uint8_t* data, int size);

    void connect();
    void describe();
    void cancel_all();
    std::string own(std::uint8_t* data, int size);
    void interrupt_status(std::uint64_t id, std::uint8_t endpoint, bool starts);
    void alt_setting_status(std::uint64_t id, std::uint8_t interface, bool well, std::uint8_t alt);
    void answer_out(std::uint64_t id, std::uint8_t endpoint, std::uint8_t status,
                    std::size_t taken);
    void answer_in(std::uint64_t id, std::uint8_t endpoint, std::uint8_t status,
                   std::string octets);

    CdcAcm device_;
    std::unique_ptr<usbredirparser, Destroy> parser_;
    std::string_view input_;
    std::string* out_ = nullptr;
    std::size_t packet_octets_ = 0; // since a whole packet
    bool changed_ = false;          // the device, by the last packet
    bool hello_ = false, plugged_ = false, connected_ = false, listens_ = false;
    std::deque<From> from_;
    std::deque<Request> requests_;
    std::size_t unread_ = 0; // octets of from_ that have not been taken
    std::uint64_t notifications_ = 0;
};

} // namespace smtpsim::endpoint
