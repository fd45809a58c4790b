import * as React from 'react'
import * as client from 'react-dom/client'
import * as server from 'react-dom/server'
import * as bindings from '../index.ts'

export { bindings, client, React, server }
