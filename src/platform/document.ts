import type { OpenAPI } from '@orpc/contract'
import { OpenAPIGenerator } from '@orpc/openapi'
import type { AnyRouter } from '@orpc/server'
import { ZodToJsonSchemaConverter } from '@orpc/zod/zod4'
import type { FastifyInstance } from 'fastify'
import type { OperationMeta } from './api.ts'

/* The operations for programs of others: the OpenAPI document, and a page of our own that needs no script and no net. */

const ABOUT =
  `Sign in with POST /api/access/signIn and send the cookie it sets. Every change needs a header x-request-id
with a UUID of your own: sent again, it is done once and answers the same. A refusal by a rule is 409 REFUSED with every
reason, its clause, and the time from which it no longer holds. Instants are ISO 8601 in UTC, days YYYY-MM-DD.`.replaceAll(
    '\n',
    ' ',
  )

type Described = OpenAPI.OperationObject & {
  readonly 'x-kaibo-may'?: readonly string[]
  readonly 'x-kaibo-kind'?: string
}

/** Meta of every operation by its id, as 'leads.due'. */
export function metaOf(node: object, path: readonly string[] = [], into = new Map<string, OperationMeta>()) {
  if ('~orpc' in node) into.set(path.join('.'), (node['~orpc'] as { meta: OperationMeta }).meta)
  else for (const [name, part] of Object.entries(node)) metaOf(part as object, [...path, name], into)
  return into
}

const whoMay = ({ may }: OperationMeta): readonly string[] => (typeof may === 'string' ? [may] : may)

const ERROR = {
  type: 'object',
  required: ['code', 'message'],
  properties: {
    defined: { type: 'boolean' },
    code: { type: 'string', description: 'Stable name of what went wrong, as REFUSED' },
    status: { type: 'integer' },
    message: { type: 'string' },
    data: { description: 'With REFUSED: the reasons; with STALE: the row as it is now' },
  },
} as const

/** The OpenAPI document of a router. Each operation says who may call it in `x-kaibo-may`. */
async function documentOf(router: AnyRouter): Promise<OpenAPI.Document> {
  const generator = new OpenAPIGenerator({ schemaConverters: [new ZodToJsonSchemaConverter()] })
  const document = await generator.generate(router, {
    info: { title: 'Kaibo', version: '1', description: ABOUT },
    servers: [{ url: '/api' }],
    components: {
      schemas: { Error: ERROR as never },
      securitySchemes: { session: { type: 'apiKey', in: 'cookie', name: 'kaibo.session_token' } },
    },
    security: [{ session: [] }],
    customErrorResponseBodySchema: () => ({ $ref: '#/components/schemas/Error' }),
  })
  const meta = metaOf(router)
  for (const { operation, method } of operationsOf(document)) {
    const known = meta.get(operation.operationId ?? '')
    if (!known) continue
    Object.assign(operation, { 'x-kaibo-may': whoMay(known), 'x-kaibo-kind': known.kind })
    if (known.may === 'stranger') operation.security = []
    if (known.kind === 'command' && method === 'post')
      operation.parameters = [
        ...(operation.parameters ?? []),
        { name: 'x-request-id', in: 'header', required: true, schema: { type: 'string', format: 'uuid' } },
      ]
  }
  return document
}

function operationsOf(document: OpenAPI.Document) {
  return Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    (['get', 'post', 'put', 'patch', 'delete'] as const).flatMap((method) => {
      const operation = item?.[method] as Described | undefined
      return operation ? [{ path, method, operation }] : []
    }),
  )
}

const html = (text: string) =>
  text.replace(/[&<>"]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[sign]!)

const shape = (title: string, value: unknown) =>
  value === undefined
    ? ''
    : `<details><summary>${title}</summary><pre>${html(JSON.stringify(value, null, 2))}</pre></details>`

const schemaIn = (part: unknown): unknown =>
  Object.values((part as { content?: Record<string, { schema?: unknown }> } | undefined)?.content ?? {})[0]?.schema

function operationHtml({ path, method, operation }: ReturnType<typeof operationsOf>[number]): string {
  const { operationId = '', summary = '', parameters, requestBody, responses } = operation
  const may = (operation['x-kaibo-may'] ?? []).join(', ')
  return `<article id="${html(operationId)}"><h3><code>${method.toUpperCase()} /api${html(path)}</code></h3>
<p>${html(summary)}</p><p class="may">${html(operation['x-kaibo-kind'] ?? '')} · may: ${html(may)}</p>
${shape('Parameters', parameters)}${shape('Input', schemaIn(requestBody))}${shape('Output', schemaIn(responses?.['200']))}</article>`
}

const STYLE = `:root{color-scheme:light dark;font:15px/1.5 system-ui,sans-serif}body{max-width:60rem;margin:0 auto;padding:1.5rem}
article{border-top:1px solid #8886;padding:.5rem 0}h2{margin-top:2.5rem}h3{margin:.3rem 0;font-size:1rem}p{margin:.2rem 0}
.may{opacity:.75;font-size:.9em}pre{overflow:auto;padding:.75rem;background:#8881;border-radius:6px}nav a{margin-right:.75rem}`

/** The document as a page for people. */
function documentPage(document: OpenAPI.Document): string {
  const operations = operationsOf(document)
  const groups = Map.groupBy(operations, ({ path }) => path.split('/')[1] ?? '')
  const parts = [...groups].map(
    ([name, members]) => `<h2 id="${html(name)}">${html(name)}</h2>${members.map(operationHtml).join('')}`,
  )
  const links = [...groups.keys()].map((name) => `<a href="#${html(name)}">${html(name)}</a>`).join('')
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Kaibo: operations</title><style>${STYLE}</style></head><body><h1>Operations</h1><p>${html(ABOUT)}</p>
<p>${operations.length} operations; <a href="/api/openapi.json">openapi.json</a></p><nav>${links}</nav>${parts.join('')}</body></html>`
}

/** GET /api and GET /api/openapi.json; made when first asked for. */
export function mountDocument(app: FastifyInstance, router: AnyRouter): void {
  let made: Promise<OpenAPI.Document> | undefined
  const document = () => {
    made ??= documentOf(router)
    return made
  }
  app.get('/api/openapi.json', async () => await document())
  app.get('/api', async (_request, reply) =>
    reply.type('text/html; charset=utf-8').send(documentPage(await document())),
  )
}
