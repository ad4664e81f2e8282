"""The peer: an ingest as a team would ordinarily write it first, with FastAPI, pydantic and SQLAlchemy.

Rows of JSON in, one row a sample in the table, its primary key against repeats, one transaction a request, a pool of
connections. It asks nobody to sign in, keeps no receipts and checks less than ours; all that is in its favour.
Run by uvicorn with uvloop and httptools, in a process of its own: see app_process in bench_server.py.
"""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Annotated, Final, Literal

from fastapi import FastAPI, Request
from pydantic import AwareDatetime, BaseModel, Field
from sqlalchemy import BigInteger, DateTime, SmallInteger
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

CONNECTIONS_MAX: Final = 16
"""Twice what our API's pool has: with fewer its throughput is the same and its slow end slower."""

SAMPLES_PER_UPLOAD_MAX: Final = 10_000
METRIC_IDS: Final = {"heart_rate": 2}


class Base(DeclarativeBase):
    pass


class Sample(Base):
    __tablename__ = "bench_peer_sample"

    resident_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    metric_id: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    source_id: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    time: Mapped[datetime] = mapped_column(DateTime(timezone=True), primary_key=True)
    value: Mapped[float]


class SampleIn(BaseModel):
    time: AwareDatetime
    value: Annotated[float, Field(ge=20, le=300, allow_inf_nan=False)]


class UploadIn(BaseModel):
    resident_id: int
    metric: Literal["heart_rate"]
    source_id: int
    samples: Annotated[list[SampleIn], Field(min_length=1, max_length=SAMPLES_PER_UPLOAD_MAX)]


class UploadOut(BaseModel):
    received: int


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    engine = create_async_engine(
        os.environ["BENCH_DATABASE_URL"].replace("postgresql://", "postgresql+asyncpg://", 1),
        pool_size=CONNECTIONS_MAX,
        max_overflow=0,
    )
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    app.state.engine = engine
    yield
    await engine.dispose()


app = FastAPI(lifespan=lifespan)


@app.post("/uploads", status_code=201)
async def take_upload(request: Request, upload: UploadIn) -> UploadOut:
    rows = [
        {
            "resident_id": upload.resident_id,
            "metric_id": METRIC_IDS[upload.metric],
            "source_id": upload.source_id,
            "time": sample.time,
            "value": sample.value,
        }
        for sample in upload.samples
    ]
    # Here and not in a dependency, which would commit after the answer has gone.
    async with request.app.state.engine.begin() as connection:
        await connection.execute(insert(Sample).on_conflict_do_nothing(), rows)
    return UploadOut(received=len(rows))
