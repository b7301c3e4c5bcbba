#include "serial/endpoint/dialects/telnet.hpp"

#include "tests/catch.hpp"

using namespace smtpsim::endpoint::telnet;
using namespace std::string_literals;

namespace {

/// Data as it is, "<fd 03>" for a negotiation, "[44:...]" for parameters.
std::string parsed(const std::vector<std::string>& pieces, bool binary = true) {
    Parser parser;
    std::string out;
    for (const std::string& piece : pieces) {
        std::string_view in = piece;
        while (const auto item = parser.next(in, binary)) {
            const std::string option = std::to_string(item->option);
            if (item->kind == Item::Kind::data) out += item->text;
            if (item->kind == Item::Kind::negotiation)
                out += '<' +
                       std::string(item->verb == will        ? "will "
                                   : item->verb == wont      ? "wont "
                                   : item->verb == do_option ? "do "
                                                             : "dont ") +
                       option + '>';
            if (item->kind == Item::Kind::parameters)
                out += '[' + option + ':' + std::string(item->text) + ']';
        }
        CHECK(in.empty());
    }
    return out;
}

std::string appended(const std::vector<std::string>& pieces, bool binary) {
    std::string out;
    bool after_cr = false;
    for (const std::string& piece : pieces) append_data(piece, binary, after_cr, out);
    return out;
}

} // namespace

TEST_CASE("telnet's data, commands and parameters are distinguished", "[telnet]") {
    CHECK(parsed({"ATZ\r"}) == "ATZ\r");
    CHECK(parsed({"a\xFF\xFFz"}) == "a\xFFz");
    CHECK(parsed({"a\xFF\xFB\x2Cz"}) == "a<will 44>z");
    CHECK(parsed({"\xFF\xFC\x01\xFF\xFD\x03\xFF\xFE\x18"}) == "<wont 1><do 3><dont 24>");
    CHECK(parsed({"\xFF\xFA\x2C"
                  "abc\xFF\xF0z"}) == "[44:abc]z");
    CHECK(parsed({"\xFF\xFA\x2C\xFF\xFF\xFF\xF0"}) == "[44:\xFF]");
    CHECK(parsed({"a\xFF\xF1\xFF\xF6z"}) == "az"); // NOP, AYT
}

TEST_CASE("telnet may be cut anywhere", "[telnet]") {
    const std::string all = "a\xFF\xFF"
                            "b\xFF\xFB\x2C\xFF\xFA\x2C"
                            "x\xFF\xFFy\xFF\xF0\r\0z"s;
    const std::string whole = parsed({all}, false);
    CHECK(whole == "a\xFF"
                   "b<will 44>[44:x\xFFy]\rz");
    for (std::size_t cut = 0; cut <= all.size(); ++cut)
        CHECK(parsed({all.substr(0, cut), all.substr(cut)}, false) == whole);
}

TEST_CASE("broken and overlong parameters are passed over", "[telnet]") {
    CHECK(parsed({"\xFF\xFA\xFF\xF0z"}) == "z");
    CHECK(parsed({"\xFF\xFA\x2C"
                  "ab\xFF\xFB\x03z"}) == "<will 3>z");
    const std::string most(parameters_max, 'p');
    CHECK(parsed({"\xFF\xFA\x2C" + most + "\xFF\xF0"}) == "[44:" + most + "]");
    CHECK(parsed({"\xFF\xFA\x2C" + most + "p\xFF\xF0z"}) == "z");
}

TEST_CASE("without BINARY, CR is followed by NUL or LF", "[telnet]") {
    CHECK(parsed({"a\r\0b\r\nc\0d"s}, false) == "a\rb\r\nc\0d"s);
    CHECK(parsed({"a\r\0b"s}, true) == "a\r\0b"s);
    CHECK(appended({"a\rb\r\nc\r", "\n", "\r", "d"}, false) == "a\r\0b\r\nc\r\n\r\0d"s);
    CHECK(appended({"a\rb\xFF"}, true) == "a\rb\xFF\xFF");
}

TEST_CASE("telnet options are answered once", "[telnet]") {
    Options options;
    std::string out;
    const auto answer = [&](char verb, int option) {
        out.clear();
        options.negotiate(verb, static_cast<std::uint8_t>(option), out);
        return out;
    };
    CHECK(answer(will, 44) == "\xFF\xFD\x2C");
    CHECK(answer(will, 44).empty());
    CHECK(options.theirs(Option::com_port));
    CHECK(answer(wont, 44) == "\xFF\xFE\x2C");
    CHECK(answer(wont, 44).empty());
    CHECK(answer(do_option, 3) == "\xFF\xFB\x03");
    CHECK(answer(dont, 3) == "\xFF\xFC\x03");
    CHECK(answer(do_option, 24) == "\xFF\xFC\x18"); // terminal type: never
    CHECK(answer(dont, 24).empty());
    CHECK(answer(will, 1) == "\xFF\xFE\x01"); // the modem echoes, not the terminal
}

TEST_CASE("an answer to what we have asked is not answered", "[telnet]") {
    Options options;
    std::string out;
    options.offer(out);
    CHECK(out == "\xFF\xFB\0\xFF\xFD\0\xFF\xFB\x01\xFF\xFB\x03\xFF\xFD\x03"s);
    out.clear();
    options.negotiate(do_option, 0, out);
    options.negotiate(wont, 0, out);
    CHECK(out.empty());
    CHECK(options.ours(Option::binary));
    CHECK_FALSE(options.theirs(Option::binary));
    options.negotiate(dont, 0, out);
    CHECK(out == "\xFF\xFC\0"s);
    CHECK_FALSE(options.ours(Option::binary));
}
