# A small image with one static program and nothing else: no shell, no package
# manager, not root.
#
#   docker build -t hegui --build-arg VERSION=1.0.0 .
#   docker run -p 8080:8080 -v hegui:/data hegui
#
# Without a reverse proxy that speaks TLS, set nothing; with one, set
# HEGUI_PUBLIC_URL and HEGUI_TRUSTED_PROXY.

FROM golang:1.26-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG VERSION=
RUN sh .ci/build /out/hegui "$VERSION" && mkdir -p /out/data /out/tmp && chmod 1777 /out/tmp

FROM scratch
COPY --from=build /out/hegui /hegui
# the folder of the database, and one for uploads on their way
COPY --from=build --chown=65532:65532 /out/data /data
COPY --from=build --chown=65532:65532 /out/tmp /tmp
USER 65532:65532
ENV HEGUI_DATA=/data HEGUI_ADDR=0.0.0.0:8080
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
ENTRYPOINT ["/hegui"]
CMD ["serve"]
