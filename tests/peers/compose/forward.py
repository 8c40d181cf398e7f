"""Forwards a port, as a container engine does for a published one.

forward.py LISTEN_ADDRESS LISTEN_PORT ADDRESS PORT
"""

import asyncio
import sys

address, port, to_address, to_port = sys.argv[1:]


async def copy(reader, writer):
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
        writer.write_eof()
    except OSError:
        writer.close()


async def forward(reader, writer):
    try:
        to_reader, to_writer = await asyncio.open_connection(to_address, int(to_port))
    except OSError:
        writer.close()
        return
    await asyncio.gather(copy(reader, to_writer), copy(to_reader, writer))
    to_writer.close()
    writer.close()


async def main():
    server = await asyncio.start_server(forward, address, int(port))
    await server.serve_forever()


asyncio.run(main())
