#include "smtp/reply.hpp"

#include "tests/catch.hpp"

using namespace smtpsim;
using namespace smtpsim::smtp;

TEST_CASE("every line of a reply has its code, and its enhanced code", "[reply]") { // RFC 2034 §4
    const Reply reply = compile({550_reply,
                                 EnhancedCode{5, 1, 1},
                                 {Template::literal("a"), Template{}, Template::literal("c")}});
    std::string out;
    reply.octets.render({}, out);
    CHECK(out == "550-5.1.1 a\r\n550-5.1.1\r\n550 5.1.1 c\r\n");
}
