"""Domain discovery (facts 1): on which host each service of an account is. Here, all on this one."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from lpconf.sandbox.replies import json_response
from lpconf.sandbox.service import Service

# Facts 1 [SEEN], in the order of the example there.
SERVICES = (
    "agentVep", "accountConfigReadWrite", "accountConfigReadOnly", "idp", "sentinel", "asyncMessagingEnt",
    "liveEngageUI", "acCdnDomain", "appKeyManagement", "leCdnDomain", "mcfeature", "auditlog", "liveEngage",
    "adminArea", "staticContent", "keyService", "asyncMessaging", "messagingRestApiDomain", "msdkgw", "msgEwtApi",
    "conversationVep", "swift", "smt", "visitorFeed", "etool", "msgHist", "engHistDomain", "leDataReporting",
    "agentManagerWorkspace", "agentActivityDomain", "faasUI", "faasGW", "convBuild", "bcmgmt", "bcintg", "bcnlu",
    "aistudio", "proactive", "proactiveHandoff", "promptlibrary", "coreAIIntent", "cbLeIntegrations",
)  # fmt: skip


def base_uris(request: Request, account: str) -> list[dict[str, str]]:
    """Every service with the host and port that this request came to.

    The server's own address and not the Host header: `localhost` may mean another server to another program.
    """
    host, port = request.scope["server"]
    return [{"service": service, "account": account, "baseURI": f"{host}:{port}"} for service in SERVICES]


class Discovery:
    """The two addresses, with and without `.json`. No credentials."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def routes(self) -> list[Route]:
        base = "/api/account/{account}/service"
        return [
            Route(f"{base}/{middle}baseURI{ending}", endpoint)
            for middle, endpoint in (("", self.all_services), ("{service}/", self.one_service))
            for ending in (".json", "")
        ]

    async def all_services(self, request: Request) -> Response:
        return json_response({"baseURIs": self._known(request)})

    async def one_service(self, request: Request) -> Response:
        wanted = request.path_params["service"]
        for entry in self._known(request):
            if entry["service"] == wanted:
                return json_response(entry)
        raise self._service.rules.refusal("discovery-service", f"Unknown service {wanted}")

    def _known(self, request: Request) -> list[dict[str, str]]:
        rules, account = self._service.rules, request.path_params["account"]
        if request.query_params.get("version") != "1.0" and rules.on("discovery-version"):
            raise rules.refusal("discovery-version", "version=1.0 is required")
        with self._service.store.read() as tx:
            if not tx.has_account(account):
                if not rules.on("discovery-account"):
                    return []
                raise rules.refusal("discovery-account", f"Unknown account {account}")
        return base_uris(request, account)
