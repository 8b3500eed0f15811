"""The one sentence a problem may add, in Chinese: details are written in English beside what raises them."""

DETAILS: dict[str, str] = {
    # the body, the address
    "an object has the same key twice": "同一对象中键重复",
    "a text has control characters": "文本含有控制字符",
    "a number is beyond 2^53": "数值超出 2^53",
    "a number is too long or too far from one": "数字过长或过大过小",
    "NaN and Infinity are not JSON": "NaN 和 Infinity 不是 JSON",
    "not UTF-8": "不是 UTF-8 编码",
    "nested too deeply": "嵌套过深",
    "not JSON": "不是合法的 JSON",
    "the address has a NUL character": "地址含有 NUL 字符",
    "A header value is not UTF-8": "请求头的值不是 UTF-8 编码",
    "The query string is not ASCII": "查询串不是 ASCII",
    # who is calling
    "this identity is not bound to one city": "该身份未绑定单一城市",
    "this client acts for no bank": "该客户端不代表任何银行",
    "this client acts for no fund manager": "该客户端不代表任何基金管理人",
    "a webhook belongs to a program's client": "推送地址只属于程序客户端",
    "this assertion was used before": "该断言已使用过",
    "an assertion needs iss, sub, aud, exp and a jti of at most 200 ASCII characters": (
        "断言须含 iss、sub、aud、exp 和至多 200 个 ASCII 字符的 jti"
    ),
    "iss and sub of an assertion are both the client's id": "断言的 iss 与 sub 须均为客户端标识",
    "aud of an assertion is this server's issuer": "断言的 aud 须为本服务的 issuer",
    "exp of an assertion is at most five minutes ahead": "断言的 exp 至多为五分钟之后",
    "this assertion has ended; are the clocks right?": "断言已过期,请核对时钟",
    "this assertion has not begun; are the clocks right?": "断言尚未生效,请核对时钟",
    "client_id and client_secret, or a client_assertion": "须提供 client_id 与 client_secret,或 client_assertion",
    "send one Authorization header with a bearer token": "须提供一个含 Bearer 令牌的 Authorization 请求头",
    "unknown signing key": "签名密钥未知",
    "signature, issuer, audience or expiry is wrong": "签名、签发者、受众或有效期不正确",
    "not a signed token": "不是签名令牌",
    "not an access token of this issuer": "不是本签发者的访问令牌",
    "the token was revoked": "令牌已被撤销",
    # what is not there
    "there is no such pack": "没有这一政策包",
    # processes behind this one
    "a service behind this one is not answering": "后端服务暂无应答",
    "the window's keys cannot be fetched": "暂时取不到窗口的密钥",
    "the window gave no workload token": "窗口未签发服务令牌",
    "The service is recovering": "服务正在恢复",
    "The window does not answer": "窗口暂无应答",
    "The window does not issue identities at the moment": "窗口暂时不能签发身份",
    "The signing keys cannot be read at the moment": "暂时无法读取签名密钥",
    "The signing keys of the window are not known yet": "尚未取得窗口的签名密钥",
    "The service cannot be reached": "后端服务暂时无法连接",
    "The service's answer could not be read": "后端服务的应答无法读取",
    "The answer broke off": "应答中断",
    "What this client is sending at the moment is too much together": "该客户端正在发送的内容合计过大",
    "Too many requests are being answered at the moment": "当前正在处理的请求过多",
    "The connection to the service was lost; whether the request took effect is not known": (
        "与服务的连接中断,请求是否生效未知"
    ),
}


def detail_of(sentence: str | None, language: str) -> str | None:
    """The sentence in the caller's language; in Chinese none where it has no words, for the title says it."""
    return sentence if language == "en" or sentence is None else DETAILS.get(sentence)
