/** Kafka's message definitions and error codes -> src/core/protocol/generated. */
import { listApis, renderApiIndex } from './protocol/api-index.ts'
import { readDefinitions } from './protocol/definitions.ts'
import { renderErrors } from './protocol/error-table.ts'
import { kafkaJars } from './protocol/jars.ts'
import { dataFolder, renderAll, renderApi, renderData } from './protocol/render.ts'

const folder = 'src/core/protocol/generated'

export const protocol = {
  name: 'protocol',
  folders: [folder],
  async run(): Promise<Map<string, string>> {
    const jars = await kafkaJars()
    const definitions = readDefinitions(jars)
    const files = new Map<string, string>()
    const apis = listApis(definitions)
    for (const api of apis) {
      if (api.isClientApi) files.set(`${folder}/apis/${api.name}.ts`, renderApi(api))
    }
    for (const definition of definitions) {
      const origin = dataFolder(definition)
      if (origin) files.set(`${folder}/${origin}/${definition.name}.ts`, renderData(definition))
    }
    files.set(`${folder}/all.ts`, renderAll([...files.keys()].map((path) => path.slice(folder.length + 1))))
    files.set(`${folder}/api-index.ts`, renderApiIndex(apis))
    files.set(`${folder}/errors.ts`, await renderErrors(jars))
    return files
  },
}
