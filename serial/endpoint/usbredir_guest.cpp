#include "serial/endpoint/usbredir_guest.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace smtpsim::endpoint {
namespace {

constexpr bool to_host(std::uint8_t address) { return (address & 0x80) != 0; }

/// Where usbredir's tables have an endpoint: 0 to 15 from the host, 16 to 31 to it.
constexpr std::size_t place(std::uint8_t address) {
    return static_cast<std::size_t>((address & 0x0F) | (to_host(address) ? 0x10 : 0));
}

std::uint8_t* octets_of(std::string& text) { return reinterpret_cast<std::uint8_t*>(text.data()); }

} // namespace

UsbredirGuest::UsbredirGuest() : parser_(usbredirparser_create()) {
    usbredirparser& parser = *parser_;
    parser.priv = this;
    parser.log_func = [](void*, int, const char*) {};
    parser.read_func = [](void* guest, std::uint8_t* room, int count) {
        auto& self = *static_cast<UsbredirGuest*>(guest);
        if (self.changed_) return 0;
        const std::size_t size = std::min(self.input_.size(), static_cast<std::size_t>(count));
        std::copy_n(self.input_.begin(), size, room);
        self.input_.remove_prefix(size);
        self.packet_octets_ += size;
        return self.packet_octets_ > packet_octets_max ? -1 : static_cast<int>(size);
    };
    parser.write_func = [](void* guest, std::uint8_t* data, int count) {
        static_cast<UsbredirGuest*>(guest)->out_->append(reinterpret_cast<char*>(data),
                                                         static_cast<std::size_t>(count));
        return count;
    };
    parser.hello_func = call<&UsbredirGuest::on_hello>;
    parser.reset_func = call<&UsbredirGuest::on_reset>;
    parser.set_configuration_func = call<&UsbredirGuest::on_set_configuration>;
    parser.get_configuration_func = call<&UsbredirGuest::on_get_configuration>;
    parser.set_alt_setting_func = call<&UsbredirGuest::on_set_alt_setting>;
    parser.get_alt_setting_func = call<&UsbredirGuest::on_get_alt_setting>;
    parser.start_iso_stream_func = call<&UsbredirGuest::on_start_iso>;
    parser.stop_iso_stream_func = call<&UsbredirGuest::on_stop_iso>;
    parser.start_interrupt_receiving_func = call<&UsbredirGuest::on_start_interrupt>;
    parser.stop_interrupt_receiving_func = call<&UsbredirGuest::on_stop_interrupt>;
    parser.alloc_bulk_streams_func = call<&UsbredirGuest::on_alloc_streams>;
    parser.free_bulk_streams_func = call<&UsbredirGuest::on_free_streams>;
    parser.cancel_data_packet_func = call<&UsbredirGuest::on_cancel>;
    parser.control_packet_func = call<&UsbredirGuest::on_control>;
    parser.bulk_packet_func = call<&UsbredirGuest::on_bulk>;
    parser.iso_packet_func = call<&UsbredirGuest::on_iso>;
    parser.interrupt_packet_func = call<&UsbredirGuest::on_interrupt>;

    std::array<std::uint32_t, USB_REDIR_CAPS_SIZE> capabilities{};
    for (const int capability :
         {usb_redir_cap_connect_device_version, usb_redir_cap_ep_info_max_packet_size,
          usb_redir_cap_64bits_ids, usb_redir_cap_32bits_bulk_length})
        usbredirparser_caps_set_cap(capabilities.data(), capability);
    usbredirparser_init(&parser, "smtpsim", capabilities.data(), USB_REDIR_CAPS_SIZE,
                        usbredirparser_fl_usb_host);
}

bool UsbredirGuest::receive(std::string_view& octets) {
    input_ = octets;
    changed_ = false;
    const bool well = usbredirparser_do_read(parser_.get()) == 0;
    octets = input_;
    return well;
}

void UsbredirGuest::say(std::string& out) {
    out_ = &out;
    usbredirparser_do_write(parser_.get());
    out_ = nullptr;
}

void UsbredirGuest::plug() {
    plugged_ = true;
    connect();
}

void UsbredirGuest::unplug() {
    if (std::exchange(connected_, false)) usbredirparser_send_device_disconnect(parser_.get());
    plugged_ = listens_ = false;
    device_.reset();
    from_.clear();
    requests_.clear();
    unread_ = 0;
}

void UsbredirGuest::connect() {
    if (!hello_ || !plugged_ || std::exchange(connected_, true)) return;
    describe();
    usb_redir_device_connect_header header{};
    header.speed = usb_redir_speed_full;
    header.device_class = CdcAcm::device_class;
    header.vendor_id = CdcAcm::vendor;
    header.product_id = CdcAcm::product;
    header.device_version_bcd = CdcAcm::version_bcd;
    usbredirparser_send_device_connect(parser_.get(), &header);
}

/// Before the device, and each of its configurations, is there.
void UsbredirGuest::describe() {
    usb_redir_interface_info_header interfaces{};
    for (const UsbInterface& interface : CdcAcm::interfaces) {
        const std::uint32_t i = interfaces.interface_count++;
        interfaces.interface[i] = interface.number;
        interfaces.interface_class[i] = interface.device_class;
        interfaces.interface_subclass[i] = interface.subclass;
        interfaces.interface_protocol[i] = interface.protocol;
    }
    usbredirparser_send_interface_info(parser_.get(), &interfaces);
    usb_redir_ep_info_header endpoints{};
    std::ranges::fill(endpoints.type, static_cast<std::uint8_t>(usb_redir_type_invalid));
    endpoints.type[place(0x00)] = endpoints.type[place(0x80)] = usb_redir_type_control;
    for (const UsbEndpoint& endpoint : CdcAcm::endpoints) {
        const std::size_t i = place(endpoint.address);
        endpoints.type[i] = endpoint.attributes; // usbredir has the numbers of USB
        endpoints.interval[i] = endpoint.interval;
        endpoints.interface[i] = endpoint.interface;
        endpoints.max_packet_size[i] = endpoint.packet_octets_max;
    }
    usbredirparser_send_ep_info(parser_.get(), &endpoints);
}

void UsbredirGuest::on_hello(usb_redir_hello_header*) {
    hello_ = true;
    connect();
}

/// A guest that listens for interrupts goes on to.
void UsbredirGuest::on_reset() {
    device_.reset();
    cancel_all();
}

void UsbredirGuest::on_set_configuration(std::uint64_t id,
                                         usb_redir_set_configuration_header* asked) {
    Setup setup{.request_type = 0, .request = 9};
    setup.value = asked->configuration;
    const bool well = connected_ && device_.control(setup, {}).has_value();
    if (well) {
        cancel_all();
        describe();
    }
    usb_redir_configuration_status_header status{};
    status.status = well ? usb_redir_success : usb_redir_stall;
    status.configuration = device_.configured() ? 1 : 0;
    usbredirparser_send_configuration_status(parser_.get(), id, &status);
}

void UsbredirGuest::on_get_configuration(std::uint64_t id) {
    usb_redir_configuration_status_header status{};
    status.configuration = device_.configured() ? 1 : 0;
    usbredirparser_send_configuration_status(parser_.get(), id, &status);
}

void UsbredirGuest::on_set_alt_setting(std::uint64_t id, usb_redir_set_alt_setting_header* asked) {
    Setup setup{.request_type = 0x01, .request = 0x0B};
    setup.value = asked->alt;
    setup.index = asked->interface;
    alt_setting_status(id, asked->interface, device_.control(setup, {}).has_value(), 0);
}

void UsbredirGuest::on_get_alt_setting(std::uint64_t id, usb_redir_get_alt_setting_header* asked) {
    Setup setup{.request_type = 0x81, .request = 0x0A};
    setup.index = asked->interface;
    setup.length = 1;
    const auto answer = device_.control(setup, {});
    alt_setting_status(id, asked->interface, answer.has_value(), 0);
}

void UsbredirGuest::alt_setting_status(std::uint64_t id, std::uint8_t interface, bool well,
                                       std::uint8_t alt) {
    usb_redir_alt_setting_status_header status{};
    status.status = well ? usb_redir_success : usb_redir_stall;
    status.interface = interface;
    status.alt = alt;
    usbredirparser_send_alt_setting_status(parser_.get(), id, &status);
}

void UsbredirGuest::on_start_iso(std::uint64_t id, usb_redir_start_iso_stream_header* asked) {
    usb_redir_iso_stream_status_header status{usb_redir_inval, asked->endpoint};
    usbredirparser_send_iso_stream_status(parser_.get(), id, &status);
}

void UsbredirGuest::on_stop_iso(std::uint64_t id, usb_redir_stop_iso_stream_header* asked) {
    usb_redir_iso_stream_status_header status{usb_redir_inval, asked->endpoint};
    usbredirparser_send_iso_stream_status(parser_.get(), id, &status);
}

void UsbredirGuest::on_start_interrupt(std::uint64_t id,
                                       usb_redir_start_interrupt_receiving_header* asked) {
    interrupt_status(id, asked->endpoint, true);
}

void UsbredirGuest::on_stop_interrupt(std::uint64_t id,
                                      usb_redir_stop_interrupt_receiving_header* asked) {
    interrupt_status(id, asked->endpoint, false);
}

void UsbredirGuest::interrupt_status(std::uint64_t id, std::uint8_t endpoint, bool starts) {
    const bool known = connected_ && endpoint == CdcAcm::notifications_in;
    if (known) listens_ = starts;
    usb_redir_interrupt_receiving_status_header status{};
    status.status = known ? usb_redir_success : usb_redir_inval;
    status.endpoint = endpoint;
    usbredirparser_send_interrupt_receiving_status(parser_.get(), id, &status);
}

void UsbredirGuest::on_alloc_streams(std::uint64_t id, usb_redir_alloc_bulk_streams_header* asked) {
    usb_redir_bulk_streams_status_header status{asked->endpoints, 0, usb_redir_inval};
    usbredirparser_send_bulk_streams_status(parser_.get(), id, &status);
}

void UsbredirGuest::on_free_streams(std::uint64_t id, usb_redir_free_bulk_streams_header* asked) {
    usb_redir_bulk_streams_status_header status{asked->endpoints, 0, usb_redir_inval};
    usbredirparser_send_bulk_streams_status(parser_.get(), id, &status);
}

void UsbredirGuest::on_control(std::uint64_t id, usb_redir_control_packet_header* asked,
                               std::uint8_t* octets, int size) {
    const std::string data = own(octets, size);
    const Setup setup{asked->requesttype, asked->request, asked->value, asked->index,
                      asked->length};
    usb_redir_control_packet_header header = *asked;
    const bool fits =
        (asked->endpoint & 0x7F) == 0 && to_host(asked->endpoint) == to_host(asked->requesttype);
    auto answer = connected_ && fits ? device_.control(setup, data) : std::nullopt;
    header.status = answer ? usb_redir_success : usb_redir_stall;
    std::string reply = std::move(answer).value_or("");
    header.length = static_cast<std::uint16_t>(to_host(asked->endpoint)             ? reply.size()
                                               : header.status == usb_redir_success ? data.size()
                                                                                    : 0);
    usbredirparser_send_control_packet(parser_.get(), id, &header,
                                       reply.empty() ? nullptr : octets_of(reply),
                                       static_cast<int>(reply.size()));
    if (!device_.configured()) cancel_all();
}

void UsbredirGuest::on_bulk(std::uint64_t id, usb_redir_bulk_packet_header* asked,
                            std::uint8_t* data, int size) {
    std::string octets = own(data, size);
    const std::uint8_t endpoint = asked->endpoint;
    const bool known = device_.configured() && asked->stream_id == 0;
    if (known && endpoint == CdcAcm::data_in && requests_.size() < bulk_packets_max) {
        const std::size_t high = asked->length_high;
        requests_.push_back({id, high << 16 | asked->length});
    } else if (known && endpoint == CdcAcm::data_out && from_.size() < bulk_packets_max &&
               octets.size() <= bulk_octets_max - unread_) {
        unread_ += octets.size();
        from_.push_back({id, std::move(octets)});
    } else if (to_host(endpoint)) {
        answer_in(id, endpoint, usb_redir_stall, {});
    } else {
        answer_out(id, endpoint, usb_redir_stall, 0);
    }
}

/// Those have no answer.
void UsbredirGuest::on_iso(std::uint64_t, usb_redir_iso_packet_header*, std::uint8_t* data, int) {
    usbredirparser_free_packet_data(parser_.get(), data);
}

void UsbredirGuest::on_interrupt(std::uint64_t id, usb_redir_interrupt_packet_header* asked,
                                 std::uint8_t* data, int) {
    usbredirparser_free_packet_data(parser_.get(), data);
    usb_redir_interrupt_packet_header header{asked->endpoint, usb_redir_inval, 0};
    usbredirparser_send_interrupt_packet(parser_.get(), id, &header, nullptr, 0);
}

/// Every packet has its answer, this one too; if it had it before, that is enough.
void UsbredirGuest::on_cancel(std::uint64_t id) {
    if (const auto found = std::ranges::find(from_, id, &From::id); found != from_.end()) {
        answer_out(id, CdcAcm::data_out, usb_redir_cancelled, found->taken);
        unread_ -= found->octets.size() - found->taken;
        from_.erase(found);
    } else if (const auto request = std::ranges::find(requests_, id, &Request::id);
               request != requests_.end()) {
        answer_in(id, CdcAcm::data_in, usb_redir_cancelled, {});
        requests_.erase(request);
    }
}

void UsbredirGuest::cancel_all() {
    while (!from_.empty()) on_cancel(from_.front().id);
    while (!requests_.empty()) on_cancel(requests_.front().id);
}

/// The parser leaves a packet's data to whom it calls.
std::string UsbredirGuest::own(std::uint8_t* data, int size) {
    std::string out(reinterpret_cast<char*>(data), static_cast<std::size_t>(size));
    usbredirparser_free_packet_data(parser_.get(), data);
    return out;
}

void UsbredirGuest::answer_out(std::uint64_t id, std::uint8_t endpoint, std::uint8_t status,
                               std::size_t taken) {
    usb_redir_bulk_packet_header header{};
    header.endpoint = endpoint;
    header.status = status;
    header.length = static_cast<std::uint16_t>(taken);
    header.length_high = static_cast<std::uint16_t>(taken >> 16);
    usbredirparser_send_bulk_packet(parser_.get(), id, &header, nullptr, 0);
}

void UsbredirGuest::answer_in(std::uint64_t id, std::uint8_t endpoint, std::uint8_t status,
                              std::string octets) {
    usb_redir_bulk_packet_header header{};
    header.endpoint = endpoint;
    header.status = status;
    header.length = static_cast<std::uint16_t>(octets.size()); // no more than pending_octets_max
    usbredirparser_send_bulk_packet(parser_.get(), id, &header,
                                    octets.empty() ? nullptr : octets_of(octets),
                                    static_cast<int>(octets.size()));
}

std::string UsbredirGuest::take(std::size_t octets_max) {
    std::string out;
    while (!from_.empty()) {
        From& front = from_.front();
        const std::size_t size =
            std::min(front.octets.size() - front.taken, octets_max - out.size());
        out.append(front.octets, front.taken, size);
        front.taken += size;
        if (front.taken < front.octets.size()) break;
        answer_out(front.id, CdcAcm::data_out, usb_redir_success, front.taken);
        from_.pop_front();
    }
    unread_ -= out.size();
    return out;
}

void UsbredirGuest::give(std::string& waiting) {
    while (!waiting.empty() && !requests_.empty()) {
        const Request request = requests_.front();
        requests_.pop_front();
        const std::size_t size = std::min(waiting.size(), request.octets_max);
        answer_in(request.id, CdcAcm::data_in, usb_redir_success, waiting.substr(0, size));
        waiting.erase(0, size);
    }
}

void UsbredirGuest::notify() {
    if (!listens_) return;
    auto notification = device_.take_notification();
    if (!notification) return;
    usb_redir_interrupt_packet_header header{};
    header.endpoint = CdcAcm::notifications_in;
    header.length = static_cast<std::uint16_t>(notification->size());
    usbredirparser_send_interrupt_packet(parser_.get(), notifications_++, &header,
                                         octets_of(*notification),
                                         static_cast<int>(notification->size()));
}

} // namespace smtpsim::endpoint
